using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Payments;

/// <summary>
/// Clients of a few merchants who attempt everything in every state: payments and orders, captures, voids, refunds,
/// funds, repetitions of all of them with the same and with other content, lookups, the statements and totals of the
/// merchants' accounts, and transfers of the clients' own in the same books.
/// </summary>
/// <param name="firstMerchant">Number of the first merchant.</param>
/// <param name="merchants">Merchants; six differ in their terms, further ones repeat those.</param>
/// <param name="elementsMax">Elements of one request at most.</param>
public sealed class PaymentsWorkload(ulong firstMerchant = 1, int merchants = 6, int elementsMax = 6) : IWorkload
{
    private readonly PaymentsRequests _requests = new(firstMerchant, merchants);
    private readonly RepeatedElements _repeated = new();
    private readonly MerchantBookRequests _books = new(PaymentsRequests.Currency);
    private ulong _opened;

    /// <inheritdoc/>
    public string Name => "payments";

    /// <inheritdoc/>
    public SimulatedRequest Next(SeededRandom random, ulong nowNs)
    {
        // Without merchants nothing else means anything, so they come first, in the order of their numbers.
        if (_opened < (ulong)merchants)
        {
            CreateMerchant request = _requests.Merchant(random);
            _opened += request.Merchant == firstMerchant + _opened ? 1UL : 0;
            return new SimulatedRequest(Operation.CreateMerchants, BytesOf(request));
        }

        return random.Below(100) switch
        {
            < 2 => Write(Operation.CreateMerchants, random),
            < 12 => Write(Operation.CreateOrders, random),
            < 45 => Write(Operation.CreatePayments, random),
            < 61 => Write(Operation.CapturePayments, random),
            < 67 => Write(Operation.VoidPayments, random),
            < 81 => Write(Operation.RefundPayments, random),
            < 84 => Write(Operation.FundMerchants, random),
            < 86 => LookupMerchant(random),
            < 92 => Lookup(random),
            _ => UseBook(random),
        };
    }

    private static byte[] BytesOf<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static SimulatedRequest InBook<T>(Operation operation, ulong book, params T[] elements)
        where T : unmanaged =>
        new(operation, [.. BytesOf(new BookPrefix { Book = book }), .. MemoryMarshal.AsBytes<T>(elements)]);

    private SimulatedRequest Write(Operation operation, SeededRandom random)
    {
        List<byte> body = [];
        for (int count = random.Between(1, elementsMax); count > 0; count--)
        {
            body.AddRange(Element(operation, random));
        }

        return new SimulatedRequest(operation, [.. body]);
    }

    private byte[] Element(Operation operation, SeededRandom random)
    {
        switch (operation)
        {
            case Operation.CreateMerchants:
                CreateMerchant merchant = _requests.Merchant(random);
                bool isKnown = merchant.Merchant - firstMerchant < (ulong)merchants;
                return isKnown
                    ? _repeated.Choose(operation, merchant.Merchant, 0, BytesOf(merchant), random)
                    : BytesOf(merchant);
            case Operation.CreateOrders:
                CreateOrder order = _requests.Order(random);
                return _repeated.Choose(operation, order.Merchant, order.Id, BytesOf(order), random);
            case Operation.CreatePayments:
                CreatePayment payment = _requests.Payment(random);
                return _repeated.Choose(operation, payment.Merchant, payment.Id, BytesOf(payment), random);
            default:
                PaymentAction action = _requests.Action(operation, random);
                return _repeated.Choose(operation, action.Merchant, action.Id, BytesOf(action), random);
        }
    }

    private SimulatedRequest LookupMerchant(SeededRandom random)
    {
        ulong book = _requests.MerchantOf(random);
        return InBook(Operation.LookupMerchants, book, random.OneIn(10) ? book + 1 : book);
    }

    private SimulatedRequest Lookup(SeededRandom random)
    {
        Operation operation = random.Pick(
            [Operation.LookupOrders, Operation.LookupPayments, Operation.LookupPayments, Operation.LookupRefunds]);
        return InBook(operation, _requests.MerchantOf(random), _requests.Ids(operation, random));
    }

    // The books of merchants as clients may use them: accounts, statements, totals, and transfers of their own.
    private SimulatedRequest UseBook(SeededRandom random)
    {
        ulong book = _requests.MerchantOf(random);
        return random.Below(7) switch
        {
            0 => InBook(Operation.GetBookTotals, book, PaymentsRequests.Currency, 1u),
            1 => InBook(
                Operation.LookupAccounts,
                book,
                Enumerable.Range(0, MerchantAccountId.Count + 2)
                    .Select(code => MerchantAccountId.Of((MerchantAccount)code)).ToArray()),
            2 => InBook(
                Operation.QueryTransfers,
                book,
                MerchantBookRequests.Entries(_requests.Ids(Operation.LookupPayments, random)[0], random)),
            3 => InBook(Operation.GetAccountTransfers, book, MerchantBookRequests.Statement(random)),
            4 => InBook(Operation.CreateAccounts, book, _books.Accounts(random)),
            _ => InBook(Operation.CreateTransfers, book, _books.Transfers(random)),
        };
    }
}
