using System.Diagnostics;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Integration.Tests.Torture;

/// <summary>That <c>fsync</c> really syncs before the reply, seen from below the node.</summary>
public sealed class SyncTests
{
    // Of the kernel's ABI, in the octal of /proc: the data sync bit of x86 and Arm, and direct access of each.
    private const int DataSync = 0x1000;
    private const int DirectOnX86 = 0x4000;
    private const int DirectOnArm = 0x10000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_running_node_has_its_journal_open_for_synchronous_direct_writes()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using TemporaryFolder folder = new();
        await using FastCoreNode node = FastCoreNode.Open(SmallNodes.Options(folder.Of("books"), 2));
        await using IFastCoreSession session = node.OpenSession();
        await SmallNodes.OpenAccountsAsync(session, SmallNodes.BookIn(0, 2));
        await SmallNodes.OpenAccountsAsync(session, SmallNodes.BookIn(1, 2));

        bool direct = new DriveInfo(folder.Path).DriveFormat is "ext2" or "ext3" or "ext4" or "xfs" or "btrfs";
        foreach (string partition in (string[])["p000", "p001"])
        {
            // The space thread opens files too, and not for the commands; the writer's stay open.
            int[] flags = FlagsOfOpenFiles(folder.Of($"books/{partition}/journal/"));
            Assert.Contains(flags, flag => (flag & DataSync) != 0
                && (!direct || (flag & (DirectOnX86 | DirectOnArm)) != 0));
        }
    }

    [Theory]
    [InlineData(Durability.Fsync, false)]
    [InlineData(Durability.Async, true)]
    public async Task No_reply_leaves_while_the_disk_holds_its_write_back(Durability durability, bool leaves)
    {
        using TemporaryFolder folder = new();
        using WatchedDisk disk = new(folder.Of("books"));
        NodeOptions options = SmallNodes.Options(folder.Of("books"), 2, disk);
        options.Durability = durability;
        await using FastCoreNode node = FastCoreNode.Open(options);
        await using IFastCoreSession session = node.OpenSession();
        ulong held = SmallNodes.BookIn(0, 2);
        ulong free = SmallNodes.BookIn(1, 2);
        await SmallNodes.OpenAccountsAsync(session, held);
        await SmallNodes.OpenAccountsAsync(session, free);

        ulong before = (await node.StateHashesAsync())[0];
        disk.Hold("p000/journal/");
        try
        {
            CreateTransferResult[] results = new CreateTransferResult[1];
            Task<Reply> write = session.CreateTransfersAsync(held, SmallNodes.Transfers(1, 1), results).AsTask();
            Stopwatch patience = Stopwatch.StartNew();
            while ((await node.StateHashesAsync())[0] == before)
            {
                Assert.True(patience.Elapsed < Patience, "the command was not executed");
            }

            // Executed, and read by somebody else: neither may be told before it is stable.
            Transfer[] found = new Transfer[1];
            Task<Reply> read = session.LookupTransfersAsync(held, new UInt128[] { 1 }, found).AsTask();
            while (disk.Held == 0)
            {
                Assert.True(patience.Elapsed < Patience, "the write never reached the disk");
                await Task.Yield();
            }

            // Replies of one session leave in the order in which they were delivered. One of the other partition that
            // was asked for after several cycles of this one comes behind whatever this one gave away.
            _ = await node.StateHashesAsync();
            _ = await node.StateHashesAsync();
            Reply other = await session
                .CreateTransfersAsync(free, SmallNodes.Transfers(1, 1), new CreateTransferResult[1])
                .AsTask().WaitAsync(Patience);
            Assert.Equal(FrameStatus.Ok, other.Status);
            if (leaves)
            {
                Assert.Equal(FrameStatus.Ok, (await write.WaitAsync(Patience)).Status);
                Assert.Equal(FrameStatus.Ok, (await read.WaitAsync(Patience)).Status);
            }

            Assert.Equal((leaves, leaves), (write.IsCompleted, read.IsCompleted));
            disk.Release();
            Assert.Equal(FrameStatus.Ok, (await write.WaitAsync(Patience)).Status);
            Assert.Equal(1, (await read.WaitAsync(Patience)).CountOf<Transfer>());
            Assert.Equal(CreateTransferStatus.Created, results[0].Status);
            Assert.Equal(results[0].Timestamp, found[0].Timestamp);
        }
        finally
        {
            disk.Release();
        }
    }

    private static int[] FlagsOfOpenFiles(string prefix)
    {
        List<int> flags = [];
        foreach (FileSystemInfo descriptor in new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos())
        {
            // A descriptor may be gone again by the time it is looked at.
            string name = descriptor.Name;
            if (descriptor.LinkTarget is not string target || !target.StartsWith(prefix, StringComparison.Ordinal)
                || !File.Exists($"/proc/self/fdinfo/{name}"))
            {
                continue;
            }

            foreach (string line in File.ReadLines($"/proc/self/fdinfo/{name}"))
            {
                if (line.StartsWith("flags:", StringComparison.Ordinal))
                {
                    flags.Add(Convert.ToInt32(line["flags:".Length..].Trim(), 8));
                }
            }
        }

        return [.. flags];
    }
}
