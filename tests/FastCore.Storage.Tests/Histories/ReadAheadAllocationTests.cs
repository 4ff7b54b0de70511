using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Tests.Journal;
using Xunit.Abstractions;

namespace FastCore.Storage.Tests.Histories;

/// <summary>Runs alone, because what all threads allocate is counted.</summary>
[Collection(nameof(Alone))]
public sealed class ReadAheadAllocationTests(ITestOutputHelper output)
{
    private const int Rounds = 40;
    private const int BlocksPerRound = 40;

    [Fact]
    public void BlocksReadOneAfterTheOtherAllocateNothing()
    {
        string root = Directory.CreateTempSubdirectory("fastcore-ahead-").FullName;
        try
        {
            using StorageRig rig = new(new FileDisk(root));
            IHistory<TestRow> history = rig.Rows;
            SpinWait spin = default;
            while (history.Count < 100L * history.RowsPerBlock)
            {
                while (history.State != StorageState.Ready)
                {
                    spin.SpinOnce();
                }

                TestRow.Fill(ref history.Append(), history.Count - 1);
            }

            // Others in the process may allocate at any time, so one round has to be still: what a block allocates
            // would be in all of them. Forty blocks do not fit into the memory, so each round reads all of them.
            long quietest = long.MaxValue;
            int wrong = 0;
            for (int round = 0; round < Rounds; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (long block = 0; block < BlocksPerRound; block++)
                {
                    long position = block * history.RowsPerBlock;
                    wrong += history.Get(position).Position == (ulong)position ? 0 : 1;
                }

                quietest = Math.Min(quietest, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            Assert.Equal(0, wrong);
            output.WriteLine($"{quietest} bytes in {BlocksPerRound} blocks");
            Assert.True(quietest < BlocksPerRound, $"{quietest} bytes in {BlocksPerRound} blocks");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
