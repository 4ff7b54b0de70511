using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

using Xunit;

namespace FastCore.Engine.Tests.Partitions;

/// <summary>More timers are due than one batch fires: a hundred, ten a batch, each adds a thousand.</summary>
public sealed class TimerBacklogTests
{
    private const int Timers = 100;
    private const int TimersPerBatch = 10;
    private const long All = Timers * 1_000L;

    [Fact]
    public void Writes_go_on_between_the_timers_and_reads_wait_for_the_last_of_them()
    {
        PartitionRig rig = Armed();
        rig.Clock.NowNs += 1_000;
        ulong first = rig.Send(CounterMachine.Add, 0, 1);
        ulong read = rig.Send(CounterMachine.Get, 0);
        _ = rig.Partition.DoWork();
        ulong second = rig.Send(CounterMachine.Add, 0, 1);
        _ = rig.Partition.DoWork();
        _ = rig.Partition.DoWork();
        Assert.Equal((PartitionRig.Ok, 10_001L), rig.ReplyTo(first));
        Assert.Equal((PartitionRig.Ok, 20_002L), rig.ReplyTo(second));
        Assert.Null(rig.ReplyTo(read));
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, All + 2), rig.ReplyTo(read));
        Assert.Equal(1ul + (Timers / TimersPerBatch), rig.Storage.Journal.TailSequence);
    }

    [Fact]
    public void The_times_of_the_batches_rise_and_a_replay_comes_to_the_same()
    {
        PartitionRig rig = Armed();
        ulong due = rig.Clock.NowNs + 50;
        rig.Clock.NowNs += 1_000;
        for (int i = 0; i < 20; i++)
        {
            rig.Send(CounterMachine.Add, i, 1);
            _ = rig.Partition.DoWork();
        }

        rig.RunUntilIdle();
        List<ulong> times = [];
        using (IJournalReader reader = rig.Storage.Journal.Read(2))
        {
            while (reader.MoveNext())
            {
                times.Add(reader.TimestampNs);
            }
        }

        Assert.Equal(times.Order().Distinct(), times);
        Assert.Equal(due + TimersPerBatch - 1, times[0]);
        ulong hash = rig.StateHash;
        rig.Storage.SimulateCrash();
        Assert.Equal(hash, new PartitionRig(rig.Storage).StateHash);
    }

    [Fact]
    public void Too_far_behind_the_clock_timers_fire_alone()
    {
        PartitionRig rig = Armed();
        rig.Clock.NowNs += new PartitionOptions { Statuses = default }.TimerLagMaxNs + 1_000;
        ulong write = rig.Send(CounterMachine.Add, 0, 1);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, All + 1), rig.ReplyTo(write));
    }

    [Fact]
    public void A_busy_device_keeps_reads_waiting_and_a_full_one_lets_them_go()
    {
        PartitionRig rig = Armed();
        rig.Clock.NowNs += 1_000;
        ulong read = rig.Send(CounterMachine.Get, 0);
        _ = rig.Partition.DoWork();
        rig.Storage.MemoryJournal.State = StorageState.Busy;
        rig.RunUntilIdle();
        Assert.Null(rig.ReplyTo(read));
        Assert.False(rig.Partition.HasWork, "A blocked partition must park, not spin.");
        rig.Storage.MemoryJournal.State = StorageState.Full;
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, 10_000L), rig.ReplyTo(read));
        rig.Storage.MemoryJournal.State = StorageState.Ready;
        ulong healed = rig.Send(CounterMachine.Get, 0);
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, All), rig.ReplyTo(healed));
    }

    [Fact]
    public void A_long_read_that_waited_is_answered_slice_by_slice()
    {
        PartitionRig rig = Armed();
        rig.Clock.NowNs += 1_000;
        ulong read = rig.Send(CounterMachine.SlowGet, 0);
        _ = rig.Partition.DoWork();
        Assert.Null(rig.ReplyTo(read));
        rig.RunUntilIdle();
        Assert.Equal((PartitionRig.Ok, All), rig.ReplyTo(read));
    }

    private static PartitionRig Armed()
    {
        PartitionRig rig = new(timersPerBatchMax: TimersPerBatch);
        rig.Send(CounterMachine.ArmMany, (long)rig.Clock.NowNs + 50, Timers);
        rig.RunUntilIdle();
        return rig;
    }
}
