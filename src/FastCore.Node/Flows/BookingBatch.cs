using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;

namespace FastCore.Node.Flows;

/// <summary>A call of a booking and how it goes.</summary>
/// <param name="Call">The call.</param>
/// <param name="Tries">How often it was tried in vain.</param>
/// <param name="AsksState">The payment was sent to review: its state is asked for instead.</param>
internal readonly record struct BookingAttempt(BookingCall Call, int Tries, bool AsksState);

/// <summary>Calls of bookings that go as one request. Used again and again.</summary>
internal sealed class BookingBatch
{
    private byte[] _body = [];

    /// <summary>What it asks for.</summary>
    public Operation Operation;

    /// <summary>The calls.</summary>
    public readonly List<BookingAttempt> Attempts = [];

    /// <summary>The operation that a call needs next.</summary>
    public static Operation OperationOf(in BookingAttempt attempt) => attempt.AsksState ? Operation.LookupPayments
        : attempt.Call.Step == BookingStep.Refund ? Operation.RefundPayments
        : Operation.CreatePayments;

    /// <summary>The request's bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Body() => Operation switch
    {
        Operation.CreatePayments => Fill(static call => new CreatePayment
        {
            Id = call.Id,
            Merchant = call.Merchant,
            Amount = call.Amount,
            Card = call.Card,

            // A booking of this id in another show of the merchant is not paid by this one's payment.
            UserData64 = call.Show,
            UserData128 = call.UserData128,
            Currency = call.Currency,
            Connector = call.Connector,
            Method = call.Method,
            Terminal = call.Terminal,
            Device = call.Device,
        }),
        Operation.RefundPayments => Fill(static call => new PaymentAction
        {
            Id = call.Id,
            Merchant = call.Merchant,
            PaymentId = call.Id,
            UserData64 = call.UserData64,
        }),
        _ => Question(Attempts[0].Call),
    };

    private ReadOnlySpan<byte> Fill<T>(Func<BookingCall, T> make)
        where T : unmanaged
    {
        Span<byte> body = Room(Attempts.Count * Unsafe.SizeOf<T>());
        Span<T> elements = MemoryMarshal.Cast<byte, T>(body);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = make(Attempts[i].Call);
        }

        return body;
    }

    private ReadOnlySpan<byte> Question(BookingCall call)
    {
        Span<byte> body = Room(BookPrefix.Size + Unsafe.SizeOf<UInt128>());
        MemoryMarshal.Write(body, new BookPrefix { Book = call.Merchant });
        MemoryMarshal.Write(body[BookPrefix.Size..], call.Id);
        return body;
    }

    private Span<byte> Room(int length)
    {
        if (_body.Length < length)
        {
            _body = new byte[length];
        }

        return _body.AsSpan(0, length);
    }
}
