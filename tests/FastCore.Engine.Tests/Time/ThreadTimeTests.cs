using FastCore.Engine.Time;
using Xunit;

namespace FastCore.Engine.Tests.Time;

/// <summary>Processor time is that of the calling thread alone, and is never more than the clock's.</summary>
public sealed class ThreadTimeTests
{
    [Fact]
    public async Task Only_what_the_calling_thread_does_is_counted()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Equal(0, ThreadTime.ProcessorNs);
            return;
        }

        // A thread that has used its milliseconds, and a new one beside it, which would see them in a process's time.
        const long UsedNs = 20_000_000;
        (long used, long clock, long beside) = await Task.Factory.StartNew(
            () =>
            {
                long beginNs = MonotonicTime.NowNs;
                long processorNs = ThreadTime.ProcessorNs;
                long endNs = processorNs + UsedNs;
                while (ThreadTime.ProcessorNs < endNs)
                {
                    // Works until it has.
                }

                processorNs = ThreadTime.ProcessorNs - processorNs;
                long clockNs = MonotonicTime.NowNs - beginNs;
                long besideNs = 0;
                Thread thread = new(() => besideNs = ThreadTime.ProcessorNs);
                thread.Start();
                thread.Join();
                return (processorNs, clockNs, besideNs);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.InRange(used, UsedNs, clock + (clock / 100));
        Assert.InRange(beside, 1, UsedNs - 1);
    }
}
