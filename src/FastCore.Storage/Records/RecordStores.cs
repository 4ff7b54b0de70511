using System.Collections.Concurrent;

namespace FastCore.Storage.Records;

/// <summary>
/// Where closed record indexes leave their memory, emptied, for those opened later: for programs that open many small
/// nodes one after the other, as a simulator does. Safe for any threads.
/// </summary>
public sealed class RecordStores
{
    private const int IdleMax = 8;

    private readonly ConcurrentDictionary<RecordStoreSizes, ConcurrentBag<RecordStore>> _idle = new();

    internal RecordStore Take(RecordStoreSizes sizes) =>
        _idle.TryGetValue(sizes, out ConcurrentBag<RecordStore>? idle) && idle.TryTake(out RecordStore? store)
            ? store
            : new RecordStore(sizes);

    // False when the store is not kept; it is the caller's then, to be disposed.
    internal bool TryKeep(RecordStore store)
    {
        ConcurrentBag<RecordStore> idle = _idle.GetOrAdd(store.Sizes, _ => []);
        if (idle.Count >= IdleMax || !store.TryEmpty())
        {
            return false;
        }

        idle.Add(store);
        return true;
    }
}
