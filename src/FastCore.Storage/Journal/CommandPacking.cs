// Hot file: no allocation, no lock, no exception.
using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Packing;

namespace FastCore.Storage.Journal;

// The commands of an entry on their way to disk. An element is much like the one before it, and most of its bytes are
// zero; what is hashed, copied and written is a fifth of what is executed. Layout: see JOURNAL.md.
internal static unsafe class CommandPacking
{
    // Room that a target needs beyond the bytes of the commands.
    public const int Slack = GroupPacking.GroupBytesMax;

    // Fewer bytes are left as they are: a sector is written in any case.
    public const int BytesMin = 512;

    // Operations whose last command is remembered, by their low bits.
    private const int Remembered = 8;

    // Packs commands into a target with slack. Returns the bytes used; 0 when they are to be kept as they are.
    public static int Pack(ReadOnlySpan<byte> commands, Span<byte> target, PackingPath path)
    {
        int length = commands.Length;
        if (length < BytesMin || target.Length - Slack < length)
        {
            return 0;
        }

        int* starts = stackalloc int[Remembered];
        new Span<int>(starts, Remembered).Fill(-1);
        int used = 0;
        fixed (byte* source = commands, packed = target)
        {
            for (int at = 0; at < length;)
            {
                if (!TryStep(source, length, at, starts, out Step step) || used + CommandHeader.Size > length)
                {
                    return 0;
                }

                Copy(source + at, packed + used);
                used += CommandHeader.Size;
                at += CommandHeader.Size;
                for (int group = 0; at < step.GroupsEnd; group += GroupPacking.GroupBytes)
                {
                    if (used + GroupPacking.GroupBytesMax > length)
                    {
                        return 0;
                    }

                    used += GroupPacking.Pack(source + at, step.Before(source + at, group), packed + used, path);
                    at += GroupPacking.GroupBytes;
                }

                if (at < step.End)
                {
                    Copy(source + at, packed + used);
                    used += CommandHeader.Alignment;
                    at = step.End;
                }
            }
        }

        return used < length ? used : 0;
    }

    // The commands that were packed; false when none of this length pack to these bytes.
    public static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> commands, PackingPath path)
    {
        int length = commands.Length;
        int* starts = stackalloc int[Remembered];
        new Span<int>(starts, Remembered).Fill(-1);
        int used = 0;
        fixed (byte* source = packed, target = commands)
        {
            for (int at = 0; at < length;)
            {
                if (packed.Length - used < CommandHeader.Size || length - at < CommandHeader.Size)
                {
                    return false;
                }

                Copy(source + used, target + at);
                if (!TryStep(target, length, at, starts, out Step step))
                {
                    return false;
                }

                used += CommandHeader.Size;
                at += CommandHeader.Size;
                for (int group = 0; at < step.GroupsEnd; group += GroupPacking.GroupBytes)
                {
                    int taken = GroupPacking.Unpack(
                        source + used, packed.Length - used, step.Before(target + at, group), target + at, path);
                    if (taken == 0)
                    {
                        return false;
                    }

                    used += taken;
                    at += GroupPacking.GroupBytes;
                }

                if (at < step.End)
                {
                    if (packed.Length - used < CommandHeader.Alignment)
                    {
                        return false;
                    }

                    Copy(source + used, target + at);
                    used += CommandHeader.Alignment;
                    at = step.End;
                }
            }
        }

        return used == packed.Length;
    }

    // What a command's header says; false when there is no whole command.
    private static bool TryStep(byte* commands, int length, int at, int* starts, out Step step)
    {
        step = default;
        if (length - at < CommandHeader.Size)
        {
            return false;
        }

        CommandHeader header = Unsafe.ReadUnaligned<CommandHeader>(commands + at);
        long padded = ((long)header.Length + CommandHeader.Alignment - 1) & -CommandHeader.Alignment;
        if (header.Length < CommandHeader.Size || padded > length - at)
        {
            return false;
        }

        int body = (int)padded - CommandHeader.Size;
        uint element = (header.Length - CommandHeader.Size) / Math.Max(1, header.Count);
        step.End = at + (int)padded;
        step.GroupsEnd = at + CommandHeader.Size + (body & -GroupPacking.GroupBytes);
        step.Stride = GroupPacking.StrideOf((int)Math.Max(1, element));
        ref int start = ref starts[header.Operation % Remembered];
        bool isLike = start >= 0
            && Unsafe.ReadUnaligned<CommandHeader>(commands + start).Operation == header.Operation
            && at - start >= GroupPacking.GroupBytes;
        step.Back = isLike ? at - start : 0;
        start = at;
        return true;
    }

    private static void Copy(byte* source, byte* target) =>
        Unsafe.CopyBlockUnaligned(target, source, CommandHeader.Size);

    private struct Step
    {
        // Where the command's last whole group ends, and the command itself.
        public int GroupsEnd;
        public int End;

        // From an element to the one before it, and from the command to the one before with its operation; 0 = none.
        public int Stride;
        public int Back;

        // What a group of the body, so many bytes behind its beginning, is compared with.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly byte* Before(byte* group, int offset) =>
            offset >= Stride ? group - Stride : Back != 0 ? group - Back : GroupPacking.Zeros;
    }
}
