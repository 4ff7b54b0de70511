using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Integration.Tests.Torture;

/// <summary>Nodes over a data directory of few and small files, and the ledger requests that the tests share.</summary>
internal static class SmallNodes
{
    /// <summary>
    /// Options of a node whose files are as small as a full request allows. The sizes of histories stay what they are:
    /// they are part of the state that verifying compares.
    /// </summary>
    public static NodeOptions Options(string directory, int partitions, WatchedDisk? disk = null) => new()
    {
        DataDirectory = directory,
        Partitions = partitions,
        Disk = disk,
        AdjustStorage = sizes =>
        {
            sizes.JournalPageBytes = 4 << 20;
            sizes.JournalSegmentBytes = 4 << 20;
            sizes.JournalMemoryBytes = 16 << 20;
            sizes.JournalAheadBytes = 8 << 20;
            sizes.RecordIndexMemoryBytes = 32 << 20;
            sizes.HistoryMemoryBytes = 16 << 20;
            sizes.FullRetryMs = 20;
        },
    };

    /// <summary>The first book from a number on that lives in a partition.</summary>
    public static ulong BookIn(int partition, int partitions, ulong from = 1)
    {
        ulong book = from;
        while (PartitionMap.Of(book, partitions) != partition)
        {
            book++;
        }

        return book;
    }

    /// <summary>Opens accounts 1 and 2 of a book in ledger 1.</summary>
    public static async Task OpenAccountsAsync(IFastCoreSession session, ulong book)
    {
        Account[] accounts =
            [new Account { Id = 1, Ledger = 1, Code = 1 }, new Account { Id = 2, Ledger = 1, Code = 1 }];
        CreateAccountResult[] results = new CreateAccountResult[2];
        Reply reply = await session.CreateAccountsAsync(book, accounts, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        Assert.All(results, result => Assert.Equal(CreateAccountStatus.Created, result.Status));
    }

    /// <summary>Transfers of 1 from account 1 to account 2.</summary>
    public static Transfer[] Transfers(ulong firstId, int count)
    {
        Transfer[] transfers = new Transfer[count];
        for (int i = 0; i < count; i++)
        {
            transfers[i] = new Transfer
            {
                Id = firstId + (ulong)i,
                DebitAccountId = 1,
                CreditAccountId = 2,
                Amount = 1,
                Ledger = 1,
                Code = 1,
            };
        }

        return transfers;
    }
}
