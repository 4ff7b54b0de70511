using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// A small map from record key to value that keeps the order of insertion and is cleared in time proportional to what
/// it holds. Open addressing; grows with the longest chain ever seen, then allocates no more.
/// </summary>
internal sealed class StagedEntries
{
    private RecordKey[] _keys = new RecordKey[64];
    private ulong[] _values = new ulong[64];

    // Index of the entry plus one; zero = empty. Twice as many buckets as entries, a power of two.
    private int[] _buckets = new int[128];

    public int Count { get; private set; }

    public bool TryGet(in RecordKey key, out ulong value)
    {
        int entry = _buckets[BucketOf(key)];
        value = entry == 0 ? 0 : _values[entry - 1];
        return entry != 0;
    }

    public void Set(in RecordKey key, ulong value)
    {
        int bucket = BucketOf(key);
        int entry = _buckets[bucket];
        if (entry == 0)
        {
            if (Count == _keys.Length)
            {
                Grow();
                bucket = BucketOf(key);
            }

            entry = ++Count;
            _buckets[bucket] = entry;
            _keys[entry - 1] = key;
        }

        _values[entry - 1] = value;
    }

    public void At(int index, out RecordKey key, out ulong value)
    {
        key = _keys[index];
        value = _values[index];
    }

    public void Clear()
    {
        if (Count * 4 < _buckets.Length)
        {
            // Last in, first out: each key is then found at the end of its own probe sequence.
            while (Count != 0)
            {
                _buckets[BucketOf(_keys[Count - 1])] = 0;
                Count--;
            }
        }
        else
        {
            Array.Clear(_buckets);
            Count = 0;
        }
    }

    // The bucket that holds the key, or the empty one where it belongs.
    private int BucketOf(in RecordKey key)
    {
        int mask = _buckets.Length - 1;
        int bucket = (int)key.Hash64() & mask;
        while (_buckets[bucket] is int entry && entry != 0 && !_keys[entry - 1].Equals(key))
        {
            bucket = (bucket + 1) & mask;
        }

        return bucket;
    }

    private void Grow()
    {
        Array.Resize(ref _keys, _keys.Length * 2);
        Array.Resize(ref _values, _values.Length * 2);
        _buckets = new int[_buckets.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            _buckets[BucketOf(_keys[i])] = i + 1;
        }
    }
}
