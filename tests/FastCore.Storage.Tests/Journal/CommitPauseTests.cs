using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Background;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Tests.Journal;

/// <summary>The rest between two commits: answers never wait for it, later entries share the next commit.</summary>
public sealed class CommitPauseTests : IDisposable
{
    private readonly HeldBackground _background = new();

    public void Dispose() => _background.Release();

    [Fact]
    public void What_comes_during_the_pause_shares_the_next_commit()
    {
        using FasterJournal journal = Open(JournalDurability.Fsync, pauseUs: 250);
        int progress = 0;
        journal.OnProgress = () => Interlocked.Increment(ref progress);
        JournalRig.AppendNext(journal);
        journal.StartCommit();

        // The writer rests now, and the first entry may be answered already: somebody was told.
        SpinUntil(() => _background.Pauses.Length == 1);
        Assert.Equal(1ul, journal.CommittedSequence);
        Assert.NotEqual(0, Volatile.Read(ref progress));
        for (int i = 0; i < 3; i++)
        {
            JournalRig.AppendNext(journal);
            journal.StartCommit();
        }

        Assert.Equal(1ul, journal.CommittedSequence);
        using ManualResetEventSlim told = new();
        journal.OnProgress = told.Set;
        _background.Release();

        // The end of the rest is told, too: nobody else would ask for the next commit. So is space that the first
        // entry waited for, and which of them this was cannot be seen from here.
        told.Wait();
        SpinUntil(() =>
        {
            journal.StartCommit();
            return journal.CommittedSequence == 4;
        });
        Assert.Equal(4ul, JournalRig.Verify(journal));
        SpinUntil(() => _background.Pauses.Length == 2);
        Assert.Equal([250, 250], _background.Pauses);
    }

    [Fact]
    public void It_can_be_changed_while_the_journal_is_open()
    {
        using FasterJournal journal = Open(JournalDurability.Fsync, pauseUs: 0);
        _background.Release();
        foreach (int pauseUs in (int[])[0, 40, 0, 90])
        {
            journal.CommitPauseUs = pauseUs;
            JournalRig.AppendNext(journal);
            journal.CommitAndWait();
        }

        SpinUntil(() => _background.Pauses.Length == 2);
        Assert.Equal([40, 90], _background.Pauses);
    }

    [Fact]
    public void Answers_that_do_not_wait_for_the_disk_know_no_pause()
    {
        using FasterJournal journal = Open(JournalDurability.Async, pauseUs: 250);
        for (int i = 0; i < 5; i++)
        {
            JournalRig.AppendNext(journal);
            journal.CommitAndWait();
        }

        Assert.Empty(_background.Pauses);
    }

    private FasterJournal Open(JournalDurability durability, int pauseUs)
    {
        StorageOptions options = JournalRig.Options(durability);
        options.Background = _background;
        FasterJournal journal = JournalRig.Open(new FaultyDisk(), options);
        journal.CommitPauseUs = pauseUs;
        return journal;
    }

    private static void SpinUntil(Func<bool> condition)
    {
        SpinWait spin = default;
        while (!condition())
        {
            spin.SpinOnce();
        }
    }

    // Real threads whose rests last until the test lets them end.
    private sealed class HeldBackground : IBackground
    {
        private readonly List<int> _pauses = [];
        private bool _isReleased;

        public int[] Pauses
        {
            get
            {
                lock (_pauses)
                {
                    return [.. _pauses];
                }
            }
        }

        public long NowMs => ThreadBackground.Instance.NowMs;

        public void Release()
        {
            lock (_pauses)
            {
                _isReleased = true;
                Monitor.PulseAll(_pauses);
            }
        }

        public IBackgroundWork Start(string name, Func<int> step) => ThreadBackground.Instance.Start(name, step);

        public void Post(IThreadPoolWorkItem item) => ThreadBackground.Instance.Post(item);

        public void Pause(int us)
        {
            lock (_pauses)
            {
                _pauses.Add(us);
                while (!_isReleased)
                {
                    Monitor.Wait(_pauses);
                }
            }
        }

        public void Wait(ref SpinWait spin) => ThreadBackground.Instance.Wait(ref spin);
    }
}
