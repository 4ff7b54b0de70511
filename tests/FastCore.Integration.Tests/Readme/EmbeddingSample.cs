using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Integration.Tests.Readme;

/// <summary>What the README shows for embedding, word for word but for the directory.</summary>
internal static class EmbeddingSample
{
    public static async Task<(Reply Reply, CreateTransferResult[] Results)> RunAsync(string directory)
    {
        // The sample begins.
        await using FastCoreNode node =
            FastCoreNode.Open(new NodeOptions { DataDirectory = directory, Partitions = 2 });
        await using IFastCoreSession session = node.OpenSession();

        Account[] accounts = [new() { Id = 10, Ledger = 1, Code = 1 }, new() { Id = 20, Ledger = 1, Code = 1 }];
        await session.CreateAccountsAsync(book: 1, accounts, new CreateAccountResult[accounts.Length]);

        Transfer[] transfers =
            [new() { Id = 1, DebitAccountId = 10, CreditAccountId = 20, Amount = 500, Ledger = 1, Code = 1 }];
        CreateTransferResult[] results = new CreateTransferResult[transfers.Length];
        Reply reply = await session.CreateTransfersAsync(book: 1, transfers, results);   // durable when it returns

        // The sample ends.
        return (reply, results);
    }
}
