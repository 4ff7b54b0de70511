using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load;

/// <summary>One sender of payments. No allocation in <see cref="Fill"/> and <see cref="Check"/>.</summary>
internal sealed class PaymentsStream : ILoadStream
{
    private const int SampleSize = 4_096;

    private readonly PaymentsWorkload _workload;
    private readonly int _number;
    private readonly Sums[] _sums;
    private IdSequence _ids;

    /// <summary>Makes a sender.</summary>
    public PaymentsStream(PaymentsWorkload workload, ulong seed, int number)
    {
        _workload = workload;
        _number = number;
        _ids = new IdSequence((seed * 0x1_0001) ^ ((ulong)number << 32), LoadOptions.DuplicateWindow);
        _sums = new Sums[workload.Merchants];
    }

    /// <inheritdoc/>
    public string? FirstSurprise { get; private set; }

    /// <summary>Sum of the payments acknowledged at a merchant.</summary>
    public ulong AmountAt(int merchant) => merchant < _sums.Length ? _sums[merchant].Amount : 0;

    /// <summary>Sum of their fees.</summary>
    public ulong FeeAt(int merchant) => merchant < _sums.Length ? _sums[merchant].Fee : 0;

    /// <summary>Sum of the tax on them.</summary>
    public ulong TaxAt(int merchant) => merchant < _sums.Length ? _sums[merchant].Tax : 0;

    /// <inheritdoc/>
    public void Fill(LoadRequest request)
    {
        Span<CreatePayment> payments = MemoryMarshal.Cast<byte, CreatePayment>(request.Body.AsSpan());
        for (int i = 0; i < payments.Length; i++)
        {
            ulong index = _ids.Choose(out ulong content, out request.Kinds[i]);
            Write(ref payments[i], index, content);
        }

        request.NextIndex = _ids.Next;
    }

    /// <inheritdoc/>
    public RequestCounts Check(LoadRequest request, ReadOnlySpan<byte> results)
    {
        RequestCounts counts = default;
        ReadOnlySpan<PaymentResult> answers = MemoryMarshal.Cast<byte, PaymentResult>(results);
        ReadOnlySpan<CreatePayment> payments = MemoryMarshal.Cast<byte, CreatePayment>(request.Body.AsSpan());
        for (int i = 0; i < payments.Length; i++)
        {
            PaymentResult answer = i < answers.Length ? answers[i] : default;
            bool isDuplicate = (answer.Flags & PaymentResultFlags.Duplicate) != 0
                && !(request.WasPartlyAccepted && request.Kinds[i] != CommandKind.Duplicate);
            switch (request.Kinds[i], answer.Code, isDuplicate)
            {
                case (CommandKind.New, PaymentStatus.Ok, false) when HasRightFee(payments[i].Amount, answer):
                    counts.Accepted++;
                    ref Sums sums = ref _sums[(int)(payments[i].Merchant - PaymentsWorkload.FirstMerchant)];
                    sums.Amount += payments[i].Amount;
                    sums.Fee += answer.Fee;
                    sums.Tax += answer.Tax;
                    break;
                case (CommandKind.Duplicate, PaymentStatus.Ok, true) when HasRightFee(payments[i].Amount, answer):
                    counts.Duplicates++;
                    break;
                case (CommandKind.Refused, PaymentStatus.Declined, false)
                    when answer.DeclineCode == DeclineCode.InsufficientPrefund:
                    counts.Refused++;
                    break;
                default:
                    counts.Unexpected++;
                    FirstSurprise ??= Describe(payments[i], request.Kinds[i], answer);
                    break;
            }
        }

        _ids.Answered = request.NextIndex;
        return counts;
    }

    /// <summary>
    /// Looks up a sample of everything sent: accepted ones are captured as sent, declined ones failed.
    /// </summary>
    public async Task VerifySampleAsync(IFastCoreSession session, List<string> differences)
    {
        int count = (int)Math.Min(SampleSize, _ids.Answered);
        for (int i = 0; i < count; i++)
        {
            ulong index = _ids.Answered * (ulong)i / (ulong)count;
            ulong content = _ids.Content(index);
            CreatePayment sent = default;
            Write(ref sent, index, content);
            byte[] results = await LoadQueries.LookupAsync(
                session, Operation.LookupPayments, sent.Merchant, [sent.Id], PaymentRecord.Size);
            PaymentRecord kept = results.Length == 0 ? default : MemoryMarshal.Read<PaymentRecord>(results);
            PaymentState state = IdSequence.IsRefused(content) ? PaymentState.Failed : PaymentState.Captured;
            (ulong fee, ulong tax) = state == PaymentState.Captured ? PaymentsWorkload.FeeOf(sent.Amount) : (0, 0);
            if (kept.Id != sent.Id || kept.Amount != sent.Amount || kept.Card != sent.Card || kept.State != state ||
                kept.Fee != fee || kept.Tax != tax)
            {
                differences.Add(
                    $"Payment {sent.Id} of merchant {sent.Merchant} is kept as {kept.State} of {kept.Amount}, " +
                    $"acknowledged as {state} of {sent.Amount}.");
            }
        }
    }

    private static bool HasRightFee(ulong amount, in PaymentResult answer)
    {
        (ulong fee, ulong tax) = PaymentsWorkload.FeeOf(amount);
        return answer.Fee == fee && answer.Tax == tax;
    }

    private static string Describe(in CreatePayment payment, CommandKind kind, in PaymentResult answer) =>
        $"Payment {payment.Id} of {payment.Amount} ({kind}) was answered " +
        $"{WireNames<PaymentStatus>.NameOf(answer.Code)}, " +
        $"flags {(byte)answer.Flags}, decline code {(ushort)answer.DeclineCode}, fee {answer.Fee}, tax {answer.Tax}.";

    private void Write(ref CreatePayment payment, ulong index, ulong content)
    {
        payment = default;
        payment.Id = new UInt128(_workload.Run, ((ulong)_number << 48) | index);
        payment.Merchant = IdSequence.IsRefused(content)
            ? _workload.Unfunded(content)
            : PaymentsWorkload.FirstMerchant + (ulong)_workload.Skew.Draw(content);
        payment.Amount = 100 + ((content >> ZipfTable.Bits) & 0xFFFF);
        payment.Card = 1 + ((content >> 20) % (ulong)_workload.Cards);
        payment.Terminal = 1 + (content % FraudWorkload.TerminalsPerMerchant);
        payment.Currency = PaymentsWorkload.Currency;
    }

    // What a merchant was told in all: one line of the cache a payment.
    private struct Sums
    {
        public ulong Amount;
        public ulong Fee;
        public ulong Tax;
    }
}
