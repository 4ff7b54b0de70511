using FastCore.Storage.Histories;
using FastCore.Storage.Packing;
using FastCore.Testing;

namespace FastCore.Storage.Tests.Histories;

public sealed class RowPackingTests
{
    private const int RowCount = 512;
    private const int Slack = 128;

    public static TheoryData<int, int> Shapes
    {
        get
        {
            TheoryData<int, int> shapes = [];
            foreach (int rowSize in (int[])[8, 24, 56, 64, 72, 96, 128, 160, 192, 640])
            {
                foreach (int keptOneIn in (int[])[1, 2, 7, 40])
                {
                    shapes.Add(rowSize, keptOneIn);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryPathPacksToTheSameBytesAndBack(int rowSize, int changedOneIn)
    {
        byte[] rows = Rows(rowSize, changedOneIn);
        byte[]? first = null;
        foreach (PackingPath path in Enum.GetValues<PackingPath>().Where(path => path <= GroupPacking.Best))
        {
            byte[] packed = new byte[(2 * rows.Length) + Slack];
            int used = RowPacking.Pack(rows, rowSize, packed, 2 * rows.Length, path);
            Assert.True(used > 0);
            byte[] kept = packed[..used];
            Assert.Equal(first ??= kept, kept);
            byte[] unpacked = new byte[rows.Length];
            unpacked.AsSpan().Fill(0xEE);
            Assert.True(RowPacking.TryUnpack(kept, rowSize, unpacked, path));
            Assert.Equal(rows, unpacked);

            // A byte less, and a byte more, are no rows.
            Assert.False(RowPacking.TryUnpack(kept.AsSpan(..^1), rowSize, unpacked, path));
            Assert.False(RowPacking.TryUnpack((byte[])[.. kept, 0], rowSize, unpacked, path));
        }
    }

    [Fact]
    public void RowsThatAreAlikeTakeLittle()
    {
        byte[] rows = Rows(160, 40);
        byte[] packed = new byte[rows.Length + Slack];
        Assert.InRange(RowPacking.Pack(rows, 160, packed, rows.Length, GroupPacking.Best), 1, rows.Length / 4);
    }

    [Fact]
    public void RowsThatDoNotFitBelowTheLimitAreLeftAlone()
    {
        byte[] rows = Rows(160, 1);
        byte[] packed = new byte[rows.Length + Slack];
        Assert.Equal(0, RowPacking.Pack(rows, 160, packed, rows.Length - 4096, GroupPacking.Best));
    }

    [Fact]
    public void AGroupThatIsCutAndATargetThatIsTooSmallAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RowPacking.Pack(new byte[65], 8, new byte[1024], 512, GroupPacking.Best));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RowPacking.Pack(new byte[64], 8, new byte[512], 512, GroupPacking.Best));
    }

    private static byte[] Rows(int rowSize, int changedOneIn)
    {
        SeededRandom random = new((ulong)(rowSize * 1000) + (ulong)changedOneIn);
        byte[] rows = new byte[RowCount * rowSize];
        for (int i = 0; i < rows.Length; i++)
        {
            bool isChanged = i < rowSize || random.OneIn(changedOneIn);
            rows[i] = isChanged ? (byte)random.Below(256) : rows[i - rowSize];
        }

        return rows;
    }
}
