using FastCore.Storage.Histories;

namespace FastCore.Storage.Tests.Histories;

public sealed class FetchedRowsTests
{
    [Fact]
    public void KeepsWhatWasAskedForLast_WhateverCameBefore()
    {
        using FetchedRows<TestRow> rows = new();
        Assert.Equal(-1, rows.Find(0));
        Random random = new(3);
        long[] last = new long[3 * FetchedRows<TestRow>.RowsMax];
        for (int i = 0; i < last.Length; i++)
        {
            // Some positions come again and again, so the ring holds stale copies of them as well.
            last[i] = random.Next(2) == 0 ? random.NextInt64(500) : random.NextInt64(1 << 20);
            if (!rows.TryKeep(last[i]))
            {
                TestRow row = default;
                TestRow.Fill(ref row, last[i]);
                rows.Add(last[i], in row);
            }
        }

        foreach (long position in last[^FetchedRows<TestRow>.RowsMax..])
        {
            TestRow.AssertIs(in rows[rows.Find(position)], position);
        }

        Assert.Equal(-1, rows.Find(1 << 21));
    }
}
