using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage.Journal;
using FastCore.Storage.Packing;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>The packed commands of a journal entry, by every path that this processor has. The first byte is the length
/// of the commands in steps of 32 bytes, the rest what is stored.</summary>
public sealed class CommandPackingFuzzer : Fuzzer
{
    private const int CommandBytesMax = 32 * 64;

    private static readonly PackingPath[] Paths =
        [.. Enum.GetValues<PackingPath>().Where(path => path <= GroupPacking.Best)];

    private readonly byte[] _commands = new byte[CommandBytesMax];
    private readonly byte[] _other = new byte[CommandBytesMax];
    private readonly byte[] _packed = new byte[CommandBytesMax + CommandPacking.Slack];

    /// <inheritdoc/>
    public override string Name => "journal-commands";

    /// <inheritdoc/>
    public override string Summary => "CommandPacking: the packed commands of a journal entry.";

    /// <inheritdoc/>
    public override int InputSizeMax => 2048;

    /// <inheritdoc/>
    public override long AllocationMax => 0;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            SeededRandom random = new(seed);
            byte[] commands = new byte[CommandBytesMax];
            int elementSize = 8 * random.Between(1, 32);
            int at = 0;
            while (CommandBytesMax - at >= CommandHeader.Size)
            {
                int room = (CommandBytesMax - at - CommandHeader.Size) / elementSize;
                int count = Math.Min(room, random.Between(0, 4));
                int length = CommandHeader.Size + (count * elementSize);
                int padded = (length + CommandHeader.Alignment - 1) & -CommandHeader.Alignment;
                CommandHeader header = new()
                {
                    Length = (uint)length,
                    Operation = (ushort)random.Below(3),
                    Count = (uint)count,
                };
                MemoryMarshal.Write(commands.AsSpan(at), in header);
                for (int i = CommandHeader.Size; i < length; i += 8)
                {
                    commands[at + i] = (byte)random.Below(4);
                }

                at += padded;
            }

            byte[] packed = new byte[CommandBytesMax + CommandPacking.Slack];
            int used = CommandPacking.Pack(commands, packed, PackingPath.Bytes);
            yield return [63, .. packed.AsSpan(0, used)];
        }
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused(0);
        }

        int length = 32 * ((input[0] % 64) + 1);
        ReadOnlySpan<byte> packed = input[1..];
        Span<byte> commands = _commands.AsSpan(0, length);
        Span<byte> other = _other.AsSpan(0, length);
        bool isTaken = CommandPacking.TryUnpack(packed, commands, PackingPath.Bytes);
        foreach (PackingPath path in Paths)
        {
            bool isTakenToo = CommandPacking.TryUnpack(packed, other, path);
            BrokenPropertyException.Unless(isTakenToo == isTaken, "the paths do not agree whether these are commands");
            BrokenPropertyException.Unless(
                !isTaken || other.SequenceEqual(commands), "the paths unpack other commands");
        }

        if (!isTaken)
        {
            return Verdict.Refused(1, Verdict.SizeClass(packed.Length));
        }

        int size = -1;
        foreach (PackingPath path in Paths)
        {
            int used = CommandPacking.Pack(commands, _packed, path);
            BrokenPropertyException.Unless(size < 0 || used == size, "the paths pack to other sizes");
            BrokenPropertyException.Unless(used < length, "packed the commands take more");
            size = used;
            BrokenPropertyException.Unless(
                used == 0
                || (CommandPacking.TryUnpack(_packed.AsSpan(0, used), other, path) && other.SequenceEqual(commands)),
                "packed again the commands are others");
        }

        return Verdict.Accepted(Verdict.SizeClass(length), Verdict.SizeClass(size));
    }
}
