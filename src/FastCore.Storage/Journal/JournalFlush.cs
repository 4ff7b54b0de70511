using System.Reflection;
using FASTER.core;

namespace FastCore.Storage.Journal;

// Starts the write of what FasterLog's memory holds and has not asked the device for yet. FasterLog's own Commit does
// that and keeps books besides, which this journal has no use for, since an entry says by itself what was committed
// before it: a dozen objects and an item for the thread pool each time, and every commit's record holds the next one's,
// so that one old record keeps all younger ones alive through each collection. So only the step that writes is called.
// FASTER keeps it to itself: it is found by reflection, once; should a later FASTER hide it elsewhere, Commit is called
// and nothing else changes.
internal sealed class JournalFlush
{
    private readonly FasterLog _log;
    private readonly LightEpoch? _epoch;
    private readonly MarkReadOnly? _markReadOnly;

    public JournalFlush(FasterLog log)
    {
        _log = log;
        if (FieldOf(log, "epoch") is LightEpoch epoch && FieldOf(log, "allocator") is { } allocator
            && allocator.GetType().GetMethod("ShiftReadOnlyToTail") is { } method)
        {
            _epoch = epoch;
            _markReadOnly = method.CreateDelegate<MarkReadOnly>(allocator);
        }
    }

    private delegate bool MarkReadOnly(out long tailAddress, out SemaphoreSlim notifyDone);

    // False: this FASTER is another one, and Commit is called.
    public bool IsDirect => _markReadOnly is not null;

    // Returns at once. What lies between two sectors already asked for is asked for when the write before it is done.
    public void Start()
    {
        if (_epoch is null || _markReadOnly is null)
        {
            _log.Commit();
            return;
        }

        // What is marked read-only is written as soon as nobody is in an epoch in which it was not.
        _epoch.Resume();
        try
        {
            _ = _markReadOnly(out _, out _);
        }
        finally
        {
            _epoch.Suspend();
        }
    }

    private static object? FieldOf(FasterLog log, string name) =>
        typeof(FasterLog).GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(log);
}
