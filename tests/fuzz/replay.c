/* replay.c - runs a fuzz target over files and folders of inputs: the corpora are regression tests in every build. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    static uint8_t input[1 << 20];

    if (file == NULL)
        return 0;
    size_t size = fread(input, 1, sizeof(input), file);
    fclose(file);
    /* A copy of the exact size, so that the sanitizers see a read past its end. */
    uint8_t *exact = malloc(size + 1);
    if (exact == NULL)
        return 0;
    memcpy(exact, input, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 1;
}

int main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        const struct dirent *entry;
        char path[1024];
        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
            if (entry->d_name[0] != '.')
                count += replay_file(path);
        }
        if (folder != NULL)
            closedir(folder);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
