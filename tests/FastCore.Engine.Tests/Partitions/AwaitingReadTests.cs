using Xunit;

namespace FastCore.Engine.Tests.Partitions;

/// <summary>Reads that wait: answered when there is something to tell, or the wait ends, and never lost.</summary>
public sealed class AwaitingReadTests
{
    private const ulong NsPerMs = 1_000_000;

    [Fact]
    public void It_is_answered_by_the_batch_that_brings_news_and_after_its_commit()
    {
        PartitionRig rig = new(isClockWhollyByHand: true);
        ulong read = rig.Send(CounterMachine.Await, 3, 1_000);
        rig.RunUntilIdle();
        Assert.Null(rig.ReplyTo(read));
        Assert.False(rig.Partition.HasWork, "Who waits must not keep the partition awake.");

        rig.Send(CounterMachine.Add, 4, 1);
        rig.RunUntilIdle();
        Assert.Null(rig.ReplyTo(read));

        rig.Storage.MemoryJournal.HoldsCommits = true;
        rig.Send(CounterMachine.Add, 3, 5);
        rig.RunUntilIdle();
        Assert.Null(rig.ReplyTo(read));
        rig.Storage.MemoryJournal.HoldsCommits = false;
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 5L), rig.ReplyTo(read));
    }

    [Fact]
    public void A_timer_is_news_as_well()
    {
        PartitionRig rig = new(isClockWhollyByHand: true);
        ulong read = rig.Send(CounterMachine.Await, 0, 1_000);
        rig.Send(CounterMachine.Arm, (long)(rig.Clock.NowNs + (10 * NsPerMs)));
        rig.RunUntilIdle();
        Assert.Null(rig.ReplyTo(read));
        rig.Clock.NowNs += 10 * NsPerMs;
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1_000L), rig.ReplyTo(read));
    }

    [Fact]
    public void One_that_has_nothing_to_wait_for_is_answered_at_once()
    {
        PartitionRig rig = new(isClockWhollyByHand: true);
        rig.Send(CounterMachine.Add, 3, 5);
        rig.RunUntilIdle();
        ulong read = rig.Send(CounterMachine.Await, 3, 1_000);
        ulong without = rig.Send(CounterMachine.Await, 4, 0);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 5L), rig.ReplyTo(read));
        Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(without));
    }

    [Fact]
    public void When_its_time_or_its_deadline_is_over_it_is_answered_with_what_there_is()
    {
        PartitionRig rig = new(isClockWhollyByHand: true);
        ulong later = rig.Send(CounterMachine.Await, 3, 50);
        ulong sooner = rig.Send(CounterMachine.Await, 3, 20);
        long deadline = (long)rig.Clock.NowNs + (long)(35 * NsPerMs);
        ulong pressed = rig.Send(CounterMachine.Await, 3, 1_000, deadlineNs: deadline);
        rig.RunUntilIdle();

        // Admitted a millisecond before now.
        Assert.Equal(19 * (long)NsPerMs, rig.Partition.ParkNsMax);
        AdvanceTo(rig, 18);
        Assert.Null(rig.ReplyTo(sooner));
        AdvanceTo(rig, 19);
        Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(sooner));
        Assert.Equal(16 * (long)NsPerMs, rig.Partition.ParkNsMax);

        // One that comes does not let the others be forgotten.
        rig.Send(CounterMachine.Await, 3, 500);
        rig.RunUntilIdle();
        Assert.Equal(16 * (long)NsPerMs, rig.Partition.ParkNsMax);
        AdvanceTo(rig, 35);
        Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(pressed));
        Assert.Null(rig.ReplyTo(later));
        AdvanceTo(rig, 49);
        Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(later));
    }

    [Fact]
    public void More_than_may_wait_are_refused_and_leave_room_when_they_end()
    {
        PartitionRig rig = new(awaitingReadsMax: 2, isClockWhollyByHand: true);
        ulong first = rig.Send(CounterMachine.Await, 3, 50);
        ulong second = rig.Send(CounterMachine.Await, 4, 50);
        ulong third = rig.Send(CounterMachine.Await, 3, 50);
        rig.RunUntilIdle();
        Assert.Equal(PartitionRig.Overloaded, rig.ReplyTo(third)!.Value.Status);

        // One that need not wait takes no place.
        rig.Send(CounterMachine.Add, 3, 1);
        rig.RunUntilIdle();
        ulong now = rig.Send(CounterMachine.Await, 3, 50);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(now));
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(first));
        ulong fourth = rig.Send(CounterMachine.Await, 5, 50);
        rig.RunUntilIdle();
        Assert.Null(rig.ReplyTo(fourth));
        Assert.Null(rig.ReplyTo(second));
    }

    // More than one duty cycle looks at or answers, of which every third gets news, with others coming meanwhile.
    [Fact]
    public void Of_many_each_is_answered_once_and_none_is_passed_over()
    {
        PartitionRig rig = new(isClockWhollyByHand: true);
        List<ulong>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => new List<ulong>())];
        for (int i = 0; i < 450; i++)
        {
            waiting[i % 3].Add(rig.Send(CounterMachine.Await, i % 3, 1_000));
            if (i % 64 == 63)
            {
                rig.RunUntilIdle();
            }
        }

        rig.RunUntilIdle();
        rig.Send(CounterMachine.Add, 1, 7);
        rig.Partition.DoWork();
        for (int i = 0; i < 30; i++)
        {
            waiting[0].Add(rig.Send(CounterMachine.Await, 0, 1_000));
            rig.Send(CounterMachine.Add, 9, 1);
            rig.Partition.DoWork();
        }

        rig.RunUntilIdle();
        Assert.All(waiting[1], read => Assert.Equal((PartitionRig.Ok, 7L), rig.ReplyTo(read)));
        Assert.All(waiting[0].Concat(waiting[2]), read => Assert.Null(rig.ReplyTo(read)));
        rig.Send(CounterMachine.Add, 0, 8);
        rig.RunUntilIdle();
        Assert.All(waiting[0], read => Assert.Equal((PartitionRig.Ok, 8L), rig.ReplyTo(read)));
        rig.Clock.NowNs += 2_000 * NsPerMs;
        rig.RunUntilIdle();
        Assert.All(waiting[2], read => Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(read)));
    }

    [Fact]
    public void A_session_that_leaves_is_answered_at_once_whether_it_waits_already_or_not()
    {
        PartitionRig rig = new(isClockWhollyByHand: true);
        ulong before = rig.Send(CounterMachine.Await, 3, 1_000);
        rig.RunUntilIdle();
        rig.Port.EndAwaiting();
        rig.Partition.LookAtAwaiting();
        Assert.True(rig.Partition.HasWork);
        ulong after = rig.Send(CounterMachine.Await, 3, 1_000);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(before));
        Assert.Equal((PartitionRig.Ok, 0L), rig.ReplyTo(after));
    }

    [Fact]
    public void A_partition_that_ends_answers_and_one_that_stops_refuses_those_who_wait()
    {
        PartitionRig ending = new(isClockWhollyByHand: true);
        ulong read = ending.Send(CounterMachine.Await, 3, 1_000);
        ending.RunUntilIdle();
        ending.Partition.Finish();
        Assert.Equal((PartitionRig.Ok, 0L), ending.ReplyTo(read));

        PartitionRig stopping = new(isClockWhollyByHand: true);
        ulong waits = stopping.Send(CounterMachine.Await, 3, 1_000);
        stopping.RunUntilIdle();
        ulong comes = stopping.Send(CounterMachine.Await, 3, 1_000);
        stopping.Send(CounterMachine.Explode);
        stopping.RunUntilIdle();
        Assert.Equal(PartitionRig.Stopped, stopping.ReplyTo(waits)!.Value.Status);
        Assert.Equal(PartitionRig.Stopped, stopping.ReplyTo(comes)!.Value.Status);
    }

    private static void AdvanceTo(PartitionRig rig, ulong milliseconds)
    {
        rig.Clock.NowNs = 1_000_000_000 + (milliseconds * NsPerMs);
        rig.RunUntilIdle();
    }
}
