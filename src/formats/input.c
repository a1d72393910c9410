/*
 * Input: bytes in, unpacked when they were gzipped. The one place that knows zlib.
 *
 * State: a source (descriptor or memory) → raw buffer → (inflate) → peeked bytes → the caller.
 * Invariant: bytes peeked are handed out again by the first reads.
 */
#include "klientel/formats/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "klientel/base/arena.h"

enum { RAW_SIZE = 65536 };

struct input {
    int fd; /* -1: memory */
    bool owns_fd;
    const unsigned char *memory;
    size_t memory_left;
    char *name;

    unsigned char *raw;
    size_t raw_at, raw_length;
    bool raw_ended;

    bool gzipped, started, stream_ended;
    z_stream stream;

    char *peeked;
    size_t peeked_at, peeked_length;
    bool has_peeked;
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static struct input *create(const char *name)
{
    struct input *input = memory_zero(1, sizeof *input);
    input->fd = -1;
    input->name = memory_text(name);
    input->raw = memory_alloc(RAW_SIZE);
    return input;
}

bool input_open(const char *path, struct input **ret_input, struct failure *ret_failure)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return failure_set(ret_failure, FAILURE_IO, path, N_("cannot be opened: %1"),
                           strerror(errno), NULL);
    struct stat status;
    if (fstat(fd, &status) == 0 && (S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode))) {
        if (!is_stdin)
            close(fd);
        return failure_set(ret_failure, FAILURE_IO, path, N_("is not a file"), NULL);
    }
    if (!is_stdin) { /* only the opening must not wait for ever */
        int flags = fcntl(fd, F_GETFL);
        if (flags >= 0)
            fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    }
    struct input *input = create(is_stdin ? "(standard input)" : base_name(path));
    input->fd = fd;
    input->owns_fd = !is_stdin;
    *ret_input = input;
    return true;
}

struct input *input_memory(const char *name, const void *data, size_t length)
{
    struct input *input = create(name);
    input->memory = data;
    input->memory_left = length;
    return input;
}

void input_close(struct input *input)
{
    if (input == NULL)
        return;
    if (input->gzipped)
        inflateEnd(&input->stream);
    if (input->owns_fd)
        close(input->fd);
    free(input->name);
    free(input->raw);
    free(input->peeked);
    free(input);
}

const char *input_name(const struct input *input)
{
    return input->name;
}

/* Makes sure that raw bytes are there unless the source has ended. */
static bool fill(struct input *input, struct failure *ret_failure)
{
    if (input->raw_at < input->raw_length || input->raw_ended)
        return true;
    input->raw_at = 0;
    input->raw_length = 0;
    if (input->fd < 0) {
        size_t size = input->memory_left < RAW_SIZE ? input->memory_left : RAW_SIZE;
        if (size > 0)
            memcpy(input->raw, input->memory, size);
        input->memory += size;
        input->memory_left -= size;
        input->raw_length = size;
    } else {
        ssize_t size;
        do
            size = read(input->fd, input->raw, RAW_SIZE);
        while (size < 0 && errno == EINTR);
        if (size < 0)
            return failure_set(ret_failure, FAILURE_IO, input->name, N_("cannot be read: %1"),
                               strerror(errno), NULL);
        input->raw_length = (size_t)size;
    }
    input->raw_ended = input->raw_length == 0;
    return true;
}

/* Decides by the magic of RFC 1952 whether the bytes are packed. */
static bool start(struct input *input, struct failure *ret_failure)
{
    if (input->started)
        return true;
    if (!fill(input, ret_failure))
        return false;
    input->started = true;
    if (input->raw_length < 2 || input->raw[0] != 0x1f || input->raw[1] != 0x8b)
        return true;
    if (inflateInit2(&input->stream, 15 + 16) != Z_OK)
        return failure_set(ret_failure, FAILURE_IO, input->name, N_("cannot be unpacked"), NULL);
    input->gzipped = true;
    return true;
}

static ssize_t unpack(struct input *input, void *bytes, size_t size, struct failure *ret_failure)
{
    input->stream.next_out = bytes;
    input->stream.avail_out = (uInt)size;
    while (input->stream.avail_out == size) {
        if (!fill(input, ret_failure))
            return -1;
        if (input->stream_ended) { /* another member may follow */
            if (input->raw_ended || input->raw[input->raw_at] != 0x1f)
                return 0;
            inflateReset(&input->stream);
            input->stream_ended = false;
        }
        if (input->raw_ended) {
            failure_set(ret_failure, FAILURE_IO, input->name,
                        N_("ends in the middle: the packed file is not complete"), NULL);
            return -1;
        }
        input->stream.next_in = input->raw + input->raw_at;
        input->stream.avail_in = (uInt)(input->raw_length - input->raw_at);
        int result = inflate(&input->stream, Z_NO_FLUSH);
        input->raw_at = input->raw_length - input->stream.avail_in;
        if (result == Z_STREAM_END) {
            input->stream_ended = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            failure_set(ret_failure, FAILURE_IO, input->name,
                        N_("is damaged: it cannot be unpacked"), NULL);
            return -1;
        }
    }
    return (ssize_t)(size - input->stream.avail_out);
}

static ssize_t read_some(struct input *input, void *bytes, size_t size, struct failure *ret_failure)
{
    if (!start(input, ret_failure))
        return -1;
    if (input->gzipped)
        return unpack(input, bytes, size, ret_failure);
    if (!fill(input, ret_failure))
        return -1;
    size_t held = input->raw_length - input->raw_at;
    size_t taken = held < size ? held : size;
    memcpy(bytes, input->raw + input->raw_at, taken);
    input->raw_at += taken;
    return (ssize_t)taken;
}

const char *input_peek(struct input *input, size_t *ret_length, struct failure *ret_failure)
{
    if (!input->has_peeked) {
        input->peeked = memory_alloc(INPUT_PEEK);
        input->has_peeked = true;
        while (input->peeked_length < INPUT_PEEK) {
            ssize_t size = read_some(input, input->peeked + input->peeked_length,
                                     INPUT_PEEK - input->peeked_length, ret_failure);
            if (size < 0)
                return NULL;
            if (size == 0)
                break;
            input->peeked_length += (size_t)size;
        }
    }
    *ret_length = input->peeked_length;
    return input->peeked;
}

ssize_t input_read(struct input *input, void *bytes, size_t size, struct failure *ret_failure)
{
    if (size == 0)
        return 0;
    if (input->peeked_at < input->peeked_length) {
        size_t held = input->peeked_length - input->peeked_at;
        size_t taken = held < size ? held : size;
        memcpy(bytes, input->peeked + input->peeked_at, taken);
        input->peeked_at += taken;
        return (ssize_t)taken;
    }
    return read_some(input, bytes, size, ret_failure);
}
