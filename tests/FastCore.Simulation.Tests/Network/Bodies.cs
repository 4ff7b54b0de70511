using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Tests.Network;

/// <summary>Requests of these tests as wire bytes. The content of a transfer follows from its id.</summary>
internal static class Bodies
{
    public static SimulatedRequest Accounts(ulong book) => new(
        Operation.CreateAccounts,
        Prefixed<Account>(book, [new() { Id = 1, Ledger = 1, Code = 1 }, new() { Id = 2, Ledger = 1, Code = 1 }]));

    public static SimulatedRequest Transfers(ulong book, params ReadOnlySpan<UInt128> ids)
    {
        Transfer[] transfers = new Transfer[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            transfers[i] = new Transfer
            {
                Id = ids[i],
                DebitAccountId = 1,
                CreditAccountId = 2,
                Amount = 1,
                Ledger = 1,
                Code = 1,
            };
        }

        return new SimulatedRequest(Operation.CreateTransfers, Prefixed<Transfer>(book, transfers));
    }

    public static SimulatedRequest Lookup(Operation operation, ulong book, params ReadOnlySpan<UInt128> ids) =>
        new(operation, Prefixed(book, ids));

    public static SimulatedRequest Merchant(ulong merchant, ushort connector) => new(
        Operation.CreateMerchants,
        Plain<CreateMerchant>(
        [
            new()
            {
                Merchant = merchant,
                Currency = 356,
                FeePpm = 20_000,
                TaxPpm = 180_000,
                Prefund = 1_000_000_000,
                Connector = connector,
            },
        ]));

    public static SimulatedRequest Payment(UInt128 id, ulong merchant, ulong amount) => new(
        Operation.CreatePayments,
        Plain<CreatePayment>(
        [
            new()
            {
                Id = id,
                Merchant = merchant,
                Amount = amount,
                Card = 42,
                Currency = 356,
                Connector = CreatePayment.MerchantRoute,
            },
        ]));

    public static byte[] Prefixed<T>(ulong book, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        byte[] body = new byte[BookPrefix.Size + MemoryMarshal.AsBytes(elements).Length];
        MemoryMarshal.Write(body, in book);
        MemoryMarshal.AsBytes(elements).CopyTo(body.AsSpan(BookPrefix.Size));
        return body;
    }

    public static byte[] Plain<T>(ReadOnlySpan<T> elements)
        where T : unmanaged => MemoryMarshal.AsBytes(elements).ToArray();

    public static T[] Read<T>(byte[] body)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(body).ToArray();
}
