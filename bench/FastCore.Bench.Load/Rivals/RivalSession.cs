using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Rivals;

/// <summary>What a rival has to tell of its books, so that a run is prepared and verified like one of ours.</summary>
internal interface IRivalBooks
{
    /// <summary>Opens merchants with their money.</summary>
    Task OpenAsync(CreateMerchant[] merchants);

    /// <summary>A merchant and its balances.</summary>
    Task<MerchantRecord> MerchantAsync(ulong merchant);

    /// <summary>A payment; null when there is none.</summary>
    Task<PaymentRecord?> PaymentAsync(ulong merchant, UInt128 id);

    /// <summary>Debits and credits of a merchant's entries, and whether they are what its balances say.</summary>
    Task<BookTotals> TotalsAsync(ulong merchant);
}

/// <summary>The few operations of the payments workload outside of the load, answered from a rival's books.</summary>
internal sealed class RivalSession(IRivalBooks books) : IFastCoreSession
{
    /// <inheritdoc/>
    public async ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        int length = 0;
        switch (operation)
        {
            case Operation.CreateMerchants:
                CreateMerchant[] merchants = MemoryMarshal.Cast<byte, CreateMerchant>(body.Span).ToArray();
                await books.OpenAsync(merchants);
                foreach (CreateMerchant _ in merchants)
                {
                    length = Add(reply, length, new PaymentResult { Code = PaymentStatus.Ok });
                }

                break;
            case Operation.LookupMerchants:
                length = Add(reply, length, await books.MerchantAsync(BookOf(body)));
                break;
            case Operation.GetBookTotals:
                length = Add(reply, length, await books.TotalsAsync(BookOf(body)));
                break;
            case Operation.LookupPayments:
                foreach (UInt128 id in MemoryMarshal.Cast<byte, UInt128>(body.Span[BookPrefix.Size..]).ToArray())
                {
                    PaymentRecord? found = await books.PaymentAsync(BookOf(body), id);
                    length = found is PaymentRecord payment ? Add(reply, length, payment) : length;
                }

                break;
            default:
                throw new LoadException($"A rival does not know {operation}.");
        }

        return new Reply(FrameStatus.Ok, length, 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    private static ulong BookOf(ReadOnlyMemory<byte> body) => MemoryMarshal.Read<BookPrefix>(body.Span).Book;

    private static int Add<T>(Memory<byte> reply, int length, T result)
        where T : unmanaged
    {
        MemoryMarshal.Write(reply.Span[length..], result);
        return length + Marshal.SizeOf<T>();
    }
}
