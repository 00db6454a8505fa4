"""The forms of captures/forms: how packets are wrapped, cut and stored in places that are awkward for a reader."""
