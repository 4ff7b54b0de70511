using System.Runtime.InteropServices;
using FastCore.Engine.Ports;

namespace FastCore.Storage.Tests;

/// <summary>A row whose content follows from its position.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct TestRow
{
    public ulong Position;
    public ulong Mixed;
    public UInt128 Wide;
    public ulong A;
    public ulong B;
    public ulong C;
    public ulong D;

    public static void Fill(ref TestRow row, long position)
    {
        ulong p = (ulong)position;
        row.Position = p;
        row.Mixed = (p + 1) * 0x9E37_79B9_7F4A_7C15;
        row.Wide = (UInt128)p << 70;
        row.A = p ^ 7;
        row.D = ~p;
    }

    public static void AssertIs(in TestRow row, long position)
    {
        TestRow expected = default;
        Fill(ref expected, position);
        Assert.True(
            MemoryMarshal.AsBytes(new ReadOnlySpan<TestRow>(in row))
                .SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<TestRow>(in expected))),
            $"row {position} has other content");
    }
}

/// <summary>First and last position of the block.</summary>
internal sealed class TestSummarizer : IHistorySummarizer<TestRow>
{
    public int SummarySize => 16;

    public void Summarize(ReadOnlySpan<TestRow> rows, Span<byte> summary)
    {
        MemoryMarshal.Write(summary, in rows[0].Position);
        MemoryMarshal.Write(summary[8..], in rows[^1].Position);
    }
}
