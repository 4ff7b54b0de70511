using FastCore.Storage.Disk;
using FastCore.Storage.Journal;
using Xunit.Abstractions;

namespace FastCore.Storage.Tests.Journal;

/// <summary>Runs alone, because what all threads allocate is counted.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class JournalAllocationTests(ITestOutputHelper output)
{
    private const int Rounds = 100;
    private const int RoundCommits = 10;

    // FasterLog makes some objects each time it leaves a page.
    private const long PageTurnBytesMax = 2_000;

    [Theory]
    [InlineData(JournalDurability.Fsync)]
    [InlineData(JournalDurability.Async)]
    public void Appends_and_commits_allocate_nothing(JournalDurability durability)
    {
        string root = Directory.CreateTempSubdirectory("fastcore-alloc-").FullName;
        try
        {
            FileDisk disk = new(root);
            disk.CreateDirectory(JournalRig.Folder);
            StorageOptions options = JournalRig.Options(durability);
            options.JournalSegmentBytes = 1 << 20;
            options.JournalPageBytes = 128 << 10;
            options.JournalMemoryBytes = 512 << 10;
            using FasterJournal journal = JournalRig.Open(disk, options);
            byte[] commands = new byte[512];

            // Once around the ring, whose pages FasterLog takes as it comes to them.
            long ringBytes = journal.TailAddress + options.JournalMemoryBytes + options.JournalPageBytes;
            while (journal.TailAddress < ringBytes)
            {
                Cycle(journal, commands);
            }

            // Others in the process may allocate at any time, so one round has to be still, and one with a turn nearly
            // so: what a commit allocates would be in all of them.
            long quietest = long.MaxValue;
            long quietestTurn = long.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                long page = journal.TailAddress / options.JournalPageBytes;
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Cycle(journal, commands);
                long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                ref long least = ref page == journal.TailAddress / options.JournalPageBytes
                    ? ref quietest
                    : ref quietestTurn;
                least = Math.Min(least, allocated);
            }

            output.WriteLine($"{quietest} bytes in {RoundCommits} commits, {quietestTurn} when a page is turned");
            Assert.Equal(0, quietest);
            Assert.InRange(quietestTurn, 0, PageTurnBytesMax);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Cycle(FasterJournal journal, byte[] commands)
    {
        for (int i = 0; i < RoundCommits; i++)
        {
            JournalRig.WaitReady(journal, commands.Length);
            journal.Append(1, 16, commands);
            journal.CommitAndWait();
        }
    }
}
