using FastCore.Engine.Ports;
using Xunit;

namespace FastCore.Engine.Tests.Ports;

public sealed class RecordHintTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void EveryKeyIsHintedAtOnce_ABurstAndMoreBeforeItsLookup(int count)
    {
        RecordKey[] keys = [.. Enumerable.Range(1, count).Select(i => new RecordKey((ulong)i, 0, 1))];
        HintedIndex index = new();
        for (int i = 0; i < count; i++)
        {
            index.HintAhead(keys, i);
            int ahead = i - (i % RecordHints.Burst) + (2 * RecordHints.Burst);
            Assert.Equal(keys.Take(ahead), index.Hinted);
            Assert.Equal(keys.Take(ahead - RecordHints.Burst), index.Records);
        }

        Assert.Equal(keys, index.Hinted);
        Assert.Equal(keys, index.Records);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    public void KeysThatARecordMayHave_AreBroughtInAndKept_InTheirOrder(int count)
    {
        RecordKey[] keys = [.. Enumerable.Range(1, count).Select(i => new RecordKey((ulong)i, 0, 1))];
        RecordKey[] known = [.. keys.Where(key => key.IdLow % 3 == 1)];
        HintedIndex index = new(known);
        RecordKey[] left = [.. keys];
        int kept = index.Prefetch(left.AsSpan());
        Assert.Equal(known, left[..kept]);
        Assert.Equal(known, index.Prefetched);
        Assert.Equal(keys, index.Hinted);
    }

    private sealed class HintedIndex(params RecordKey[] known) : IRecordIndex
    {
        public List<RecordKey> Hinted { get; } = [];

        public List<RecordKey> Prefetched { get; } = [];

        public List<RecordKey> Records { get; } = [];

        public bool NeedsPrefetch => false;

        public StorageState State => StorageState.Ready;

        public void Hint(in RecordKey key) => throw new NotSupportedException();

        public void Hint(ReadOnlySpan<RecordKey> keys) => Hinted.AddRange(keys);

        public void HintRecords(ReadOnlySpan<RecordKey> keys)
        {
            Assert.Equal(keys.ToArray(), Hinted.Skip(Records.Count).Take(keys.Length));
            Records.AddRange(keys);
        }

        public void BeginBatch() => throw new NotSupportedException();

        public void EndBatch() => throw new NotSupportedException();

        public bool MayContain(in RecordKey key)
        {
            Assert.Contains(key, Hinted);
            return known.Contains(key);
        }

        public void Prefetch(in RecordKey key) => Prefetched.Add(key);

        public void CompletePrefetch() => throw new NotSupportedException();

        public bool TryGet(in RecordKey key, out ulong value) => throw new NotSupportedException();

        public void Set(in RecordKey key, ulong value) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
