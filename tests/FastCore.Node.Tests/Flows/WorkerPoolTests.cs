using System.Collections.Concurrent;
using FastCore.Node.Flows;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Flows;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(FullQueue.Wait, OfferOutcome.Busy)]
    [InlineData(FullQueue.Reject, OfferOutcome.Rejected)]
    public async Task X3_a_full_queue_never_waits(FullQueue mode, OfferOutcome expected)
    {
        using Gate gate = new();
        await using WorkerPool<int> pool = new(1, 2, mode, gate.Work);
        Assert.Equal(OfferOutcome.Taken, pool.Offer(1));
        gate.AwaitEntered(1);
        Assert.Equal(OfferOutcome.Taken, pool.Offer(2));
        Assert.Equal(OfferOutcome.Taken, pool.Offer(3));
        Assert.Equal(expected, pool.Offer(4));
        gate.Open();
        Assert.True(await pool.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal([1, 2, 3], gate.Done);
    }

    [Fact]
    public async Task X3_drop_oldest_hands_over_what_gave_way()
    {
        using Gate gate = new();
        ConcurrentQueue<int> dropped = new();
        await using WorkerPool<int> pool = new(1, 2, FullQueue.DropOldest, gate.Work, dropped.Enqueue);
        pool.Offer(1);
        gate.AwaitEntered(1);
        for (int work = 2; work <= 5; work++)
        {
            Assert.Equal(OfferOutcome.Taken, pool.Offer(work));
        }

        Assert.Equal([2, 3], dropped);
        gate.Open();
        Assert.True(await pool.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal([1, 4, 5], gate.Done);
    }

    [Fact]
    public async Task X3_workers_are_fixed_in_number_and_survive_an_exception()
    {
        using Gate gate = new() { ThrowsOn = 2 };
        await using WorkerPool<int> pool = new(3, 100, FullQueue.Reject, gate.Work);
        for (int work = 1; work <= 10; work++)
        {
            pool.Offer(work);
        }

        gate.AwaitEntered(3);
        Assert.Equal(7, pool.Waiting);
        gate.Open();
        Assert.True(await pool.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(9, gate.Done.Count);
        Assert.Equal(1, pool.Failures);
        Assert.Equal(3, gate.UnderWayMax);
    }

    [Fact]
    public async Task X3_a_stop_drains_within_its_time_and_then_cancels()
    {
        ManualTimeProvider time = new();
        using Gate gate = new();
        await using WorkerPool<int> pool = new(1, 10, FullQueue.Reject, gate.Work, time: time);
        pool.Offer(1);
        pool.Offer(2);
        gate.AwaitEntered(1);
        Task<bool> stop = pool.StopAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(OfferOutcome.Rejected, pool.Offer(3));
        Assert.False(stop.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await stop);
        Assert.Empty(gate.Done);
    }

    [Fact]
    public async Task X3_work_may_answer_the_cancellation_with_any_exception()
    {
        using Gate gate = new();
        await using WorkerPool<int> pool = new(1, 10, FullQueue.Reject, WorkAsync);
        pool.Offer(1);
        pool.Offer(2);
        gate.AwaitEntered(1);
        Assert.False(await pool.StopAsync(TimeSpan.Zero));
        Assert.Equal(1, pool.Failures);
        Assert.Empty(gate.Done);

        async ValueTask WorkAsync(int work, CancellationToken cancellationToken)
        {
            try
            {
                await gate.Work(work, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new IOException("Broken off.");
            }
        }
    }

    // Work enters, waits at the gate, and is noted when it leaves.
    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _entered = new(0);
        private int _underWay;

        public int ThrowsOn { get; init; }

        public ConcurrentQueue<int> Done { get; } = new();

        public int UnderWayMax { get; private set; }

        public void Open() => _opened.SetResult();

        public void Dispose() => _entered.Dispose();

        public void AwaitEntered(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(_entered.Wait(TimeSpan.FromSeconds(30)));
            }
        }

        public async ValueTask Work(int work, CancellationToken cancellationToken)
        {
            lock (Done)
            {
                UnderWayMax = Math.Max(UnderWayMax, ++_underWay);
            }

            _entered.Release();
            await _opened.Task.WaitAsync(cancellationToken);
            lock (Done)
            {
                _underWay--;
            }

            if (work == ThrowsOn)
            {
                throw new InvalidOperationException("On purpose.");
            }

            Done.Enqueue(work);
        }
    }
}
