using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Bench.Load;

/// <summary>The few questions that preparing and verifying ask, one request at a time.</summary>
public static class LoadQueries
{
    private const int AttemptsMax = 1_000;

    /// <summary>Sends a request and gives its results; an overloaded engine is asked again.</summary>
    public static async Task<byte[]> SendAsync(
        IFastCoreSession session, Operation operation, ReadOnlyMemory<byte> body, int resultsMax)
    {
        byte[] results = new byte[resultsMax];
        for (int attempt = 1; ; attempt++)
        {
            Reply reply = await session.SendAsync(operation, body, results);
            if (reply.Status == FrameStatus.Ok)
            {
                return reply.Length == results.Length ? results : results[..reply.Length];
            }

            if (reply.Status != FrameStatus.Overloaded || attempt == AttemptsMax)
            {
                throw new LoadException($"{operation} was refused as a whole: {reply.Status}.");
            }

            TimeSpan pause = TimeSpan.FromMilliseconds(Math.Max(1, reply.RetryAfterMs));
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Looks objects up by id.</summary>
    public static Task<byte[]> LookupAsync(
        IFastCoreSession session, Operation operation, ulong book, ReadOnlySpan<UInt128> ids, int resultSize)
    {
        byte[] body = new byte[BookPrefix.Size + (ids.Length * 16)];
        MemoryMarshal.Write(body, new BookPrefix { Book = book });
        MemoryMarshal.AsBytes(ids).CopyTo(body.AsSpan(BookPrefix.Size));
        return SendAsync(session, operation, body, ids.Length * resultSize);
    }

    /// <summary>Totals of one ledger of a book; all zero when it has none.</summary>
    public static async Task<BookTotals> TotalsAsync(IFastCoreSession session, ulong book, uint ledger)
    {
        byte[] body = new byte[BookPrefix.Size + sizeof(uint)];
        MemoryMarshal.Write(body, new BookPrefix { Book = book });
        MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), ledger);
        byte[] results = await SendAsync(session, Operation.GetBookTotals, body, BookTotals.Size);
        return results.Length == 0 ? default : MemoryMarshal.Read<BookTotals>(results);
    }

    /// <summary>Count and sum of all transfers of a book.</summary>
    public static async Task<TransferSum> SumAsync(IFastCoreSession session, ulong book)
    {
        byte[] body = new byte[BookPrefix.Size + QueryFilter.Size];
        MemoryMarshal.Write(body, new BookPrefix { Book = book });
        MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), new QueryFilter { Limit = 1 });
        byte[] results = await SendAsync(session, Operation.SumTransfers, body, TransferSum.Size);
        return results.Length == 0 ? default : MemoryMarshal.Read<TransferSum>(results);
    }

    /// <summary>Whether two structs are the same bytes.</summary>
    public static bool AreSame<T>(in T a, in T b)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in a)).SequenceEqual(
            MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in b)));
}
