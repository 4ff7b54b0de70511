using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Node.Fraud;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Storage;

namespace FastCore.Node.Verification;

/// <summary>
/// The accounts of one book as a data directory has them, read without changing it: the newest checkpoint and the
/// journal after it are brought into memory, as an opening would.
/// </summary>
/// <param name="Partition">The partition that the book is in.</param>
/// <param name="Sequence">Last journal sequence whose effects the balances show.</param>
/// <param name="TimestampNs">
/// Time of that entry; a pending transfer that expired later still counts as pending.
/// </param>
/// <param name="Accounts">All accounts of the book, oldest first.</param>
public sealed record StoredAccounts(
    int Partition, ulong Sequence, ulong TimestampNs, IReadOnlyList<Account> Accounts)
{
    /// <summary>Reads them.</summary>
    /// <param name="dataDirectory">The directory; no process may have it open.</param>
    /// <param name="book">The book; one that is not known has no accounts.</param>
    /// <exception cref="DataDirectoryException">It is none, locked, or of an unknown version.</exception>
    /// <exception cref="CorruptStorageException">Stored bytes are not what was written.</exception>
    public static StoredAccounts Read(string dataDirectory, ulong book)
    {
        using DataDirectory directory = DataDirectory.Open(
            dataDirectory, new DataDirectoryOptions { ReadOnly = true });
        StateSettings settings = StateSettings.Parse(directory.Settings);
        StorageOptions sizes = new();
        settings.ApplyTo(sizes);
        int number = PartitionMap.Of(book, directory.Partitions);
        using PartitionStorage storage = directory.OpenPartition(number, sizes);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using PartitionDomains domains = new(
            context, settings, FraudSetup.Read(settings.Fraud, dataDirectory, directory.Partitions));
        PartitionRecovery.Outcome recovered = PartitionRecovery.Recover(context, domains.Machine);
        return new StoredAccounts(
            number, recovered.LastSequence, context.Time.Last, AccountsOf(domains.Machine, book));
    }

    private static List<Account> AccountsOf(PartitionMachine machine, ulong book)
    {
        List<Account> accounts = [];
        byte[] body = new byte[BookPrefix.Size + QueryFilter.Size];
        byte[] reply = new byte[Limits.ElementsPerRequestMax * Account.Size];
        QueryFilter filter = new() { Limit = Limits.ElementsPerRequestMax };
        ReadOnlySpan<Account> page;
        do
        {
            MemoryMarshal.Write(body, new BookPrefix { Book = book });
            MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), in filter);
            CommandHeader command = new()
            {
                Operation = (ushort)Operation.QueryAccounts,
                Count = 1,
                Key = book,
                Length = (uint)(CommandHeader.Size + body.Length),
            };
            ReadCursor cursor = default;
            int length;
            while (!machine.Read(in command, body, ref cursor, reply, out length))
            {
                // A query goes slice by slice; here nothing else waits for its turn.
            }

            page = MemoryMarshal.Cast<byte, Account>(reply.AsSpan(0, length));
            accounts.AddRange(page);
            filter.TimestampMin = page.IsEmpty ? 0 : page[^1].Timestamp + 1;
        }
        while (page.Length == Limits.ElementsPerRequestMax);

        return accounts;
    }
}
