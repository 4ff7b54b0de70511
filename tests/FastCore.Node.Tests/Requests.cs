using System.Runtime.InteropServices;

using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Node.Tests;

/// <summary>Builds request bodies and reads results, for tests that talk to a session in wire bytes.</summary>
internal static class Requests
{
    private const int TriesMax = 100;

    public static byte[] Prefixed<T>(ulong book, params ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        byte[] body = new byte[BookPrefix.Size + MemoryMarshal.AsBytes(elements).Length];
        MemoryMarshal.Write(body, in book);
        MemoryMarshal.AsBytes(elements).CopyTo(body.AsSpan(BookPrefix.Size));
        return body;
    }

    public static byte[] Plain<T>(params ReadOnlySpan<T> elements)
        where T : unmanaged => MemoryMarshal.AsBytes(elements).ToArray();

    public static async Task<T[]> Send<T>(IFastCoreSession session, Operation operation, byte[] body)
        where T : unmanaged
    {
        byte[] reply = new byte[1 << 20];
        Reply outcome = await session.SendAsync(operation, body, reply);

        // As any client: a machine that is busy with other tests may have a partition that is behind for a moment, and
        // what it refuses for that was not executed.
        for (int retry = 1; outcome.Status == FrameStatus.Overloaded && retry < TriesMax; retry++)
        {
            await RetryPause.AfterAsync(outcome);
            outcome = await session.SendAsync(operation, body, reply);
        }

        Xunit.Assert.Equal(FrameStatus.Ok, outcome.Status);
        return MemoryMarshal.Cast<byte, T>(reply.AsSpan(0, outcome.Length)).ToArray();
    }

    public static Account Account(UInt128 id, AccountFlags flags = 0) =>
        new() { Id = id, Ledger = 1, Code = 1, Flags = flags };

    public static Transfer Transfer(UInt128 id, UInt128 debit, UInt128 credit, UInt128 amount) => new()
    {
        Id = id,
        DebitAccountId = debit,
        CreditAccountId = credit,
        Amount = amount,
        Ledger = 1,
        Code = 1,
    };

    public static CreateMerchant Merchant(ulong merchant) => new()
    {
        Merchant = merchant,
        Currency = 356,
        FeePpm = 20_000,
        TaxPpm = 180_000,
        Prefund = 1_000_000_000,
    };

    public static CreatePayment Payment(UInt128 id, ulong merchant, ulong amount) => new()
    {
        Id = id,
        Merchant = merchant,
        Amount = amount,
        Card = 42,
        Currency = 356,
        Connector = CreatePayment.MerchantRoute,
    };
}
