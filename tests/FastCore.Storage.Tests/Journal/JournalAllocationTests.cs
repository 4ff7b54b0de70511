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
    [Fact]
    public void AppendAllocatesNothingAndACommitLittle()
    {
        string root = Directory.CreateTempSubdirectory("fastcore-alloc-").FullName;
        try
        {
            FileDisk disk = new(root);
            disk.CreateDirectory(JournalRig.Folder);
            StorageOptions options = JournalRig.Options();
            options.JournalSegmentBytes = 16 << 20;
            options.JournalPageBytes = 1 << 20;
            options.JournalMemoryBytes = 8 << 20;
            using FasterJournal journal = JournalRig.Open(disk, options);
            byte[] commands = new byte[512];
            Cycle(journal, commands, 300, commit: true);
            long thread = GC.GetAllocatedBytesForCurrentThread();
            Cycle(journal, commands, 300, commit: false);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - thread);
            journal.CommitAndWait();

            // The rest is FasterLog's: its records of the commit and the task that tells its waiters.
            long all = GC.GetTotalAllocatedBytes(precise: true);
            Cycle(journal, commands, 500, commit: true);
            long perCommit = (GC.GetTotalAllocatedBytes(precise: true) - all) / 500;
            output.WriteLine($"{perCommit} bytes per commit");
            Assert.True(perCommit < 4096, $"{perCommit} bytes per commit");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Cycle(FasterJournal journal, byte[] commands, int count, bool commit)
    {
        for (int i = 0; i < count; i++)
        {
            JournalRig.WaitReady(journal, commands.Length);
            journal.Append(1, 16, commands);
            if (commit)
            {
                journal.CommitAndWait();
            }
        }
    }
}
