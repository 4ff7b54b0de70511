using FastCore.Fuzz.Core;
using FastCore.Storage.Histories;
using FastCore.Storage.Packing;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>The packed rows of a history block, by every path that this processor has. The first byte is the row's
/// size in words, the rest what is stored.</summary>
public sealed class RowPackingFuzzer : Fuzzer
{
    private const int RowBytes = 1024;
    private const int Slack = 128;

    private static readonly PackingPath[] Paths =
        [.. Enum.GetValues<PackingPath>().Where(path => path <= GroupPacking.Best)];

    private readonly byte[] _rows = new byte[RowBytes];
    private readonly byte[] _other = new byte[RowBytes];
    private readonly byte[] _packed = new byte[(2 * RowBytes) + Slack];

    /// <inheritdoc/>
    public override string Name => "history-rows";

    /// <inheritdoc/>
    public override string Summary => "RowPacking: the packed rows of a history block.";

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
            int words = random.Between(1, 24);
            byte[] rows = new byte[RowBytes];
            for (int i = 0; i < RowBytes; i++)
            {
                bool isNew = i < 8 * words || random.OneIn((int)seed);
                rows[i] = isNew ? (byte)random.Below(4) : rows[i - (8 * words)];
            }

            byte[] packed = new byte[(2 * RowBytes) + Slack];
            int used = RowPacking.Pack(rows, 8 * words, packed, 2 * RowBytes, PackingPath.Bytes);
            yield return [(byte)words, .. packed.AsSpan(0, used)];
        }
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused(0);
        }

        int rowSize = 8 * ((input[0] % 32) + 1);
        ReadOnlySpan<byte> packed = input[1..];
        bool isTaken = RowPacking.TryUnpack(packed, rowSize, _rows, PackingPath.Bytes);
        foreach (PackingPath path in Paths)
        {
            bool isTakenToo = RowPacking.TryUnpack(packed, rowSize, _other, path);
            BrokenPropertyException.Unless(isTakenToo == isTaken, "the paths do not agree whether these are rows");
            BrokenPropertyException.Unless(
                !isTaken || _other.AsSpan().SequenceEqual(_rows), "the paths unpack other rows");
        }

        if (!isTaken)
        {
            return Verdict.Refused(1, Verdict.SizeClass(packed.Length));
        }

        int size = 0;
        foreach (PackingPath path in Paths)
        {
            int used = RowPacking.Pack(_rows, rowSize, _packed, 2 * RowBytes, path);
            BrokenPropertyException.Unless(size == 0 || used == size, "the paths pack to other sizes");
            BrokenPropertyException.Unless(used <= packed.Length, "packed again the rows take more");
            size = used;
            BrokenPropertyException.Unless(
                RowPacking.TryUnpack(_packed.AsSpan(0, used), rowSize, _other, path)
                && _other.AsSpan().SequenceEqual(_rows),
                "packed again the rows are others");
        }

        return Verdict.Accepted(rowSize, Verdict.SizeClass(size));
    }
}
