using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;

using Xunit;

namespace FastCore.Engine.Tests.Partitions;

public sealed class PartitionTests
{
    [Fact]
    public void An_idle_partition_does_nothing_and_says_so()
    {
        PartitionRig rig = new();
        Assert.Equal(0, rig.Partition.DoWork());
        Assert.False(rig.Partition.HasWork);
        Assert.Equal(0ul, rig.Storage.Journal.TailSequence);
    }

    [Fact]
    public void A_reply_leaves_only_after_its_commit()
    {
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        ulong ticket = rig.Send(CounterMachine.Add, 1, 5);
        ulong read = rig.Send(CounterMachine.Get, 1);
        rig.RunUntilIdle();
        Assert.Equal(1ul, rig.Storage.Journal.TailSequence);
        Assert.Null(rig.ReplyTo(ticket));
        Assert.Null(rig.ReplyTo(read));
        rig.Storage.MemoryJournal.HoldsCommits = false;
        Assert.True(rig.Partition.HasWork);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 5L), rig.ReplyTo(ticket));
        Assert.Equal((PartitionRig.Ok, 5L), rig.ReplyTo(read));
    }

    [Fact]
    public void Requests_join_one_batch_and_one_signal()
    {
        PartitionRig rig = new();
        for (int i = 0; i < 100; i++)
        {
            rig.Send(CounterMachine.Add, 0, 1);
        }

        rig.RunUntilIdle();
        Assert.Equal(1ul, rig.Storage.Journal.TailSequence);
        Assert.Equal(1, rig.Port.Signals);
        Assert.Equal(100, rig.Port.Take().Count);
    }

    [Fact]
    public void Timestamps_rise_strictly_although_the_clock_stands_still_or_steps_back()
    {
        PartitionRig rig = new();
        rig.Send(CounterMachine.Add, 0, 1);
        rig.RunUntilIdle();
        ulong first = rig.Context.Time.Last;
        rig.Clock.NowNs -= 500_000_000;
        rig.Send(CounterMachine.Add, 0, 1);
        rig.RunUntilIdle();
        Assert.True(rig.Context.Time.Last > first);
    }

    [Fact]
    public void X4_Old_requests_of_a_low_class_are_shed_and_high_ones_are_served()
    {
        PartitionRig rig = new();
        ulong low = rig.Send(CounterMachine.Add, 0, 1, priorityClass: 3);
        ulong high = rig.Send(CounterMachine.Add, 0, 1, priorityClass: 0);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Overloaded, 0L), rig.ReplyTo(low));
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(high));
        Assert.Equal(1, rig.Partition.Counters.Shed);
    }

    [Fact]
    public void LX1_A_request_past_its_deadline_is_not_started()
    {
        PartitionRig rig = new();
        ulong late = rig.Send(CounterMachine.Add, 0, 1, deadlineNs: MonotonicTime.NowNs - 1);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.DeadlineExceeded, 0L), rig.ReplyTo(late));
        Assert.Equal(0ul, rig.Storage.Journal.TailSequence);
    }

    [Fact]
    public void Unknown_operations_get_a_code()
    {
        PartitionRig rig = new();
        ulong ticket = rig.Send(99);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.UnknownOperation, 0L), rig.ReplyTo(ticket));
    }

    [Fact]
    public void A_full_disk_refuses_writes_serves_reads_and_heals()
    {
        PartitionRig rig = new();
        rig.Send(CounterMachine.Add, 2, 7);
        rig.RunUntilIdle();
        rig.Storage.MemoryJournal.State = StorageState.Full;
        ulong write = rig.Send(CounterMachine.Add, 2, 1);
        ulong read = rig.Send(CounterMachine.Get, 2);
        rig.RunUntilIdle();
        Assert.True(rig.Partition.IsStorageFull);
        Assert.Equal((PartitionRig.StorageFull, 0L), rig.ReplyTo(write));
        Assert.Equal((PartitionRig.Ok, 7L), rig.ReplyTo(read));
        rig.Storage.MemoryJournal.State = StorageState.Ready;
        ulong again = rig.Send(CounterMachine.Add, 2, 1);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 8L), rig.ReplyTo(again));
        Assert.False(rig.Partition.IsStorageFull);
    }

    [Fact]
    public void A_busy_device_holds_requests_back_without_refusing_them()
    {
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.State = StorageState.Busy;
        ulong ticket = rig.Send(CounterMachine.Add, 2, 1);
        Assert.Equal(0, rig.Partition.DoWork());
        Assert.False(rig.Partition.HasWork, "A blocked partition must park, not spin.");
        rig.Storage.MemoryJournal.State = StorageState.Ready;
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(ticket));
    }

    [Fact]
    public void A_broken_invariant_stops_the_partition_and_answers_nothing_of_its_batch_as_done()
    {
        PartitionRig rig = new();
        ulong before = rig.Send(CounterMachine.Add, 0, 1);
        rig.RunUntilIdle();
        ulong sameBatch = rig.Send(CounterMachine.Add, 0, 1);
        ulong explode = rig.Send(CounterMachine.Explode);
        rig.RunUntilIdle();
        Assert.Contains("after journal sequence 1", rig.Partition.Stopped, StringComparison.Ordinal);
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(before));
        Assert.Equal((PartitionRig.Stopped, 0L), rig.ReplyTo(sameBatch));
        Assert.Equal((PartitionRig.Stopped, 0L), rig.ReplyTo(explode));
        ulong later = rig.Send(CounterMachine.Get, 0);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Stopped, 0L), rig.ReplyTo(later));

        PartitionRig recovered = Recover(rig);
        ulong read = recovered.Send(CounterMachine.Get, 0);
        recovered.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1L), recovered.ReplyTo(read));
    }

    [Fact]
    public void A_stop_answers_every_request_exactly_once_and_never_denies_what_was_journaled()
    {
        // RecordingPort fails on a second reply to the same ticket.
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        ulong shed = rig.Send(CounterMachine.Add, 0, 1, priorityClass: 3);
        ulong write = rig.Send(CounterMachine.Add, 0, 1);
        ulong poisoned = rig.Send(CounterMachine.ExplodingGet, 0);
        rig.RunUntilIdle();
        Assert.NotNull(rig.Partition.Stopped);
        Assert.Equal((PartitionRig.Overloaded, 0L), rig.ReplyTo(shed));
        Assert.Equal((PartitionRig.Stopped, 0L), rig.ReplyTo(poisoned));
        Assert.Null(rig.ReplyTo(write));
        rig.Storage.MemoryJournal.HoldsCommits = false;
        _ = rig.Partition.DoWork();
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(write));
    }

    [Fact]
    public void A_device_that_fails_under_a_commit_leaves_no_caller_waiting()
    {
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        ulong write = rig.Send(CounterMachine.Add, 0, 1);
        _ = rig.Partition.DoWork();
        rig.Storage.Error = new IOException("p000/journal/0000000000.seg: a write failed");
        rig.Storage.MemoryJournal.State = StorageState.Failed;
        rig.RunUntilIdle();
        Assert.NotNull(rig.Partition.Stopped);
        Assert.Equal("p000/journal/0000000000.seg: a write failed", rig.Partition.StopCause!.Message);
        Assert.Equal((PartitionRig.Unknown, 0L), rig.ReplyTo(write));
        rig.Partition.Finish();
    }

    [Fact]
    public void A_claim_given_back_does_not_keep_the_ring_busy()
    {
        PartitionRig rig = new();
        Assert.True(rig.Partition.Inbox.TryClaim(100, out FastCore.Engine.Rings.RingClaim claim));
        claim.Skip();
        rig.RunUntilIdle();
        Assert.True(rig.Partition.Inbox.IsEmpty);
    }

    [Fact]
    public void A_tick_behind_an_open_commit_is_no_seal()
    {
        PartitionRig rig = new(sealAfterNs: 1);
        rig.Send(CounterMachine.Arm, (long)rig.Clock.NowNs + 50);
        rig.RunUntilIdle();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        rig.Send(CounterMachine.Add, 0, 1);
        _ = rig.Partition.DoWork();
        rig.Clock.NowNs += 100;
        _ = rig.Partition.DoWork();
        ulong tick = rig.Storage.Journal.TailSequence;
        rig.Storage.MemoryJournal.HoldsCommits = false;
        rig.Partition.Finish();
        Assert.Equal(tick + 1, rig.Storage.Journal.TailSequence);
    }

    [Fact]
    public void A_state_hash_waits_until_a_checkpoint_is_written()
    {
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        rig.Send(CounterMachine.Add, 0, 1);
        _ = rig.Partition.DoWork();
        PartitionControl checkpoint = PartitionControl.Checkpoint();
        Assert.True(rig.Partition.TryPost(checkpoint));
        rig.RunUntilIdle();
        PartitionControl hash = PartitionControl.StateHash();
        Assert.True(rig.Partition.TryPost(hash));
        rig.RunUntilIdle();
        Assert.False(hash.Done.IsCompleted);
        Assert.False(rig.Partition.HasWork, "Waiting for the disk must not spin.");
        rig.Storage.MemoryJournal.HoldsCommits = false;
        rig.RunUntilIdle();
        Assert.True(checkpoint.Done.IsCompletedSuccessfully);
        Assert.True(hash.Done.IsCompletedSuccessfully);
        AssertStallIsCounted(rig.Partition.Counters);
        PartitionControl late = PartitionControl.StateHash();
        rig.Partition.Finish();
        Assert.True(rig.Partition.TryPost(late));
        Assert.True(late.Done.IsFaulted);
    }

    [Fact]
    public void A_long_read_answers_the_state_of_its_first_slice_while_writes_go_on()
    {
        PartitionRig rig = new();
        rig.Send(CounterMachine.Add, 3, 1);
        ulong slow = rig.Send(CounterMachine.SlowGet, 3);
        _ = rig.Partition.DoWork();
        ulong write = rig.Send(CounterMachine.Add, 3, 1);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 2L), rig.ReplyTo(write));
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(slow));
    }

    [Fact]
    public void Timers_fire_by_journaled_time_without_any_request_and_replay_the_same()
    {
        PartitionRig rig = new();
        rig.Send(CounterMachine.Arm, (long)rig.Clock.NowNs + 50);
        rig.RunUntilIdle();
        rig.Clock.NowNs += 49;
        rig.RunUntilIdle();
        Assert.Equal(1ul, rig.Storage.Journal.TailSequence);
        rig.Clock.NowNs += 1;
        rig.RunUntilIdle();
        Assert.Equal(2ul, rig.Storage.Journal.TailSequence);
        ulong read = rig.Send(CounterMachine.Get, 0);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1_000L), rig.ReplyTo(read));
        Assert.Equal(rig.StateHash, Recover(rig).StateHash);
    }

    [Fact]
    public void Effects_leave_after_commit_in_order_and_wait_for_a_full_sink()
    {
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        rig.Send(CounterMachine.Emit, 1);
        rig.Send(CounterMachine.Emit, 2);
        rig.RunUntilIdle();
        Assert.Empty(rig.Effects);
        rig.RefusesEffects = true;
        rig.Storage.MemoryJournal.HoldsCommits = false;
        rig.RunUntilIdle();
        Assert.Empty(rig.Effects);
        rig.RefusesEffects = false;
        rig.RunUntilIdle();
        Assert.Equal([1, 2], rig.Effects);
    }

    [Fact]
    public void Effects_wait_until_their_cause_is_durable_where_replies_do_not()
    {
        PartitionRig rig = new();
        rig.Storage.MemoryJournal.CommitsOnAppend = true;
        rig.Storage.MemoryJournal.HoldsCommits = true;
        ulong emit = rig.Send(CounterMachine.Emit, 1);
        rig.RunUntilIdle();
        Assert.Equal(PartitionRig.Ok, rig.ReplyTo(emit)?.Status);
        Assert.Empty(rig.Effects);
        rig.Storage.MemoryJournal.HoldsCommits = false;
        rig.RunUntilIdle();
        Assert.Equal([1], rig.Effects);
    }

    [Fact]
    public void Checkpoint_and_replay_give_the_same_state_hash()
    {
        PartitionRig rig = new();
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            rig.Clock.NowNs += (ulong)random.Next(1_000_000);
            rig.Send(CounterMachine.Add, random.Next(15), random.Next(100));
            rig.RunUntilIdle();
            if (i == 120)
            {
                PartitionControl checkpoint = PartitionControl.Checkpoint();
                Assert.True(rig.Partition.TryPost(checkpoint));
                rig.RunUntilIdle();
                Assert.True(checkpoint.Done.IsCompletedSuccessfully);
            }
        }

        ulong live = rig.StateHash;
        PartitionRig recovered = Recover(rig);
        Assert.Equal(121ul, recovered.Recovery.SnapshotSequence);
        Assert.Equal(79, recovered.Recovery.CommandsReplayed);
        Assert.Equal(live, recovered.StateHash);
    }

    // No piece can take more of the processor than of the clock; a hundredth is how far apart the two clocks may run.
    private static void AssertStallIsCounted(PartitionCounters counters)
    {
        long stallNs = counters.CheckpointStallMaxNs;
        Assert.NotEqual(0, stallNs);
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(counters.CheckpointProcessorMaxNs, 1, stallNs + (stallNs / 100));
        }
    }

    // A command takes 64 bytes of the journal, the state more than twice and less than three times as many.
    [Theory]
    [InlineData(32, 21)]
    [InlineData(64, 14)]
    [InlineData(640, 4)]
    public void A_large_state_waits_for_as_much_journal_up_to_four_times_what_was_asked_for(
        long journalBytes, long checkpoints)
    {
        PartitionRig rig = new(checkpointJournalBytes: journalBytes);
        for (int i = 0; i < 41; i++)
        {
            rig.Send(CounterMachine.Add, 1, 1);
            rig.RunUntilIdle();
        }

        Assert.Equal(checkpoints, rig.Partition.Counters.Checkpoints);
    }

    [Fact]
    public void A_crash_loses_only_what_was_never_acknowledged()
    {
        PartitionRig rig = new();
        ulong acknowledged = rig.Send(CounterMachine.Add, 4, 1);
        rig.RunUntilIdle();
        rig.Storage.MemoryJournal.HoldsCommits = true;
        ulong lost = rig.Send(CounterMachine.Add, 4, 1);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1L), rig.ReplyTo(acknowledged));
        Assert.Null(rig.ReplyTo(lost));
        PartitionRig recovered = Recover(rig);
        ulong read = recovered.Send(CounterMachine.Get, 4);
        recovered.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 1L), recovered.ReplyTo(read));
    }

    [Fact]
    public void A_failed_publication_is_reported_and_the_partition_goes_on()
    {
        PartitionRig rig = new();
        rig.Storage.PublishFailure = "no space";
        rig.Send(CounterMachine.Add, 0, 1);
        PartitionControl checkpoint = PartitionControl.Checkpoint();
        Assert.True(rig.Partition.TryPost(checkpoint));
        rig.RunUntilIdle();
        Assert.True(checkpoint.Done.IsFaulted);
        Assert.Equal("no space", rig.Partition.CheckpointFailure);
        ulong ticket = rig.Send(CounterMachine.Add, 0, 1);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 2L), rig.ReplyTo(ticket));
    }

    [Fact]
    public void An_invariant_that_does_not_hold_is_named()
    {
        PartitionRig rig = new();
        rig.Send(CounterMachine.Add, 15, -1);
        PartitionControl check = PartitionControl.CheckInvariants();
        Assert.True(rig.Partition.TryPost(check));
        rig.RunUntilIdle();
        Assert.Equal(
            "counter 15 is negative", Assert.IsType<InvariantException>(check.Done.Exception!.InnerException).Message);
    }

    [Fact]
    public void The_duty_cycle_allocates_nothing()
    {
        PartitionRig rig = new(new MemoryPartitionStorage(0, keepJournal: false));
        long least = long.MaxValue;
        for (int window = 0; window < 8; window++)
        {
            // What the runtime allocates once, while it compiles a method anew, is not the cycle's.
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                rig.Send(CounterMachine.Add, 0, 1);
                while (rig.Partition.DoWork() > 0)
                {
                }

                rig.Port.Discard();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static PartitionRig Recover(PartitionRig rig)
    {
        rig.Storage.SimulateCrash();
        return new PartitionRig(rig.Storage);
    }
}
