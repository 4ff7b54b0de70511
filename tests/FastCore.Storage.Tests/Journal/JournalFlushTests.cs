using FastCore.Storage.Journal;
using FASTER.core;

namespace FastCore.Storage.Tests.Journal;

public sealed class JournalFlushTests
{
    [Fact]
    public void FindsTheStepThatWrites_InTheFasterThatWeUse()
    {
        // Otherwise every commit keeps FasterLog's books, and nothing but allocation would tell.
        using NullDevice device = new();
        using FasterLog log = new(new FasterLogSettings
        {
            LogDevice = device,
            LogCommitManager = new NoCommitFiles(),
            PageSize = 1 << 16,
            MemorySize = 1 << 18,
            SegmentSize = 1 << 20,
            TryRecoverLatest = false,
        });
        JournalFlush flush = new(log);
        Assert.True(flush.IsDirect);
        Assert.True(log.TryEnqueue(new byte[100], out _));
        Assert.True(log.FlushedUntilAddress < log.TailAddress);
        flush.Start();
        Assert.Equal(log.TailAddress, log.FlushedUntilAddress);
    }
}
