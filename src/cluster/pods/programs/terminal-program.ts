/**
 * Runs its arguments as a command in a terminal of its own. Python, in a text: what is built is JavaScript and nothing
 * beside it.
 *
 * On its input are messages: a byte for their sort, four for their length, and so many more. 0 is what somebody typed,
 * and nothing of it is that they are done; 1 is the size of their window, two bytes of columns and two of rows. What the
 * terminal shows goes to its output. It ends as the command does, by the way of shells: 128 and its signal's number.
 */
export const terminalProgram: string = String.raw`
import ctypes
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios


def main():
    child, terminal = pty.fork()
    if child == 0:
        # The command does not outlive us, even when we are killed.
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
        try:
            os.execvp(sys.argv[1], sys.argv[1:])
        except OSError as error:
            os.write(2, (sys.argv[1] + ": " + error.strerror + "\r\n").encode())
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
    carry(terminal)
    try:
        os.kill(child, signal.SIGHUP)
    except ProcessLookupError:
        pass
    _, status = os.waitpid(child, 0)
    sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def carry(terminal):
    """Until the terminal is closed by its last process, or by our input."""
    sources = [0, terminal]
    held = b""
    while True:
        ready, _, _ = select.select(sources, [], [])
        if terminal in ready:
            try:
                shown = os.read(terminal, 65536)
            except OSError:
                return
            if not shown:
                return
            write_all(1, shown)
        if 0 in ready:
            read = os.read(0, 65536)
            if not read:
                sources.remove(0)
                continue
            held = obey(held + read, terminal)


def obey(held, terminal):
    while len(held) >= 5:
        sort, length = struct.unpack(">BI", held[:5])
        if len(held) < 5 + length:
            break
        content, held = held[5 : 5 + length], held[5 + length :]
        if sort == 0:
            write_all(terminal, content or b"\x04")
        else:
            columns, rows = struct.unpack(">HH", content)
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return held


def write_all(file, content):
    while content:
        content = content[os.write(file, content) :]


main()
`;
