using System.Diagnostics;
using System.Runtime.InteropServices;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Cli.Replay;

/// <summary>
/// Sends a card transaction file through payments. A terminal is a merchant, opened when it is first met; the
/// transaction id is the payment's id, so that running the file again finds every payment known. Both are shifted by
/// one, because zero means nothing in the engine.
/// </summary>
internal sealed class ReplayRun
{
    private const ulong NsPerSecond = 1_000_000_000;

    private readonly IFastCoreSession _session;
    private readonly ReplaySettings _settings;
    private readonly ReplaySender _sender;
    private readonly ReplayScores? _scores;
    private readonly TextWriter? _rejects;
    private readonly Slot[] _slots;
    private readonly HashSet<ulong> _merchants = [];
    private readonly List<ulong> _unseen = [];
    private readonly ReplayReport _report;
    private int _nextSlot;
    private CardTransaction? _cardCheck;

    /// <summary>Makes a run.</summary>
    /// <param name="session">The engine.</param>
    /// <param name="settings">How transactions become payments.</param>
    /// <param name="file">The input's name, for the report.</param>
    /// <param name="rejects">Takes every bad line; null = only the first are kept.</param>
    public ReplayRun(IFastCoreSession session, ReplaySettings settings, string file, TextWriter? rejects = null)
    {
        _session = session;
        _settings = settings;
        _sender = new ReplaySender(session);
        _scores = settings.Scored ? new ReplayScores(_sender) : null;
        _rejects = rejects;
        _report = new ReplayReport { File = file, Currency = settings.Currency };
        // Scored, one request after the other: windows go by the order of commits, and the file's is the one that was.
        _slots = new Slot[settings.Scored ? 1 : settings.InFlight];
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new Slot(settings.Batch);
        }
    }

    /// <summary>Reads to the end of the input and checks the books.</summary>
    /// <param name="reader">The input.</param>
    /// <param name="onProgress">Called after each request was filled.</param>
    /// <param name="cancellation">Ends the run.</param>
    public async Task<ReplayReport> RunAsync(CardReader reader, Action onProgress, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        while (FillNext(reader, out Slot slot))
        {
            cancellation.ThrowIfCancellationRequested();
            await OpenMerchantsAsync();
            slot.Pending = slot.Count > 0 ? SendPaymentsAsync(slot) : Task.CompletedTask;
            onProgress();
            _nextSlot = (_nextSlot + 1) % _slots.Length;
            await _slots[_nextSlot].Pending;
            if (_cardCheck is CardTransaction check)
            {
                _cardCheck = null;
                _report.Transactions++;
                await _scores!.CheckCardAsync(check, _settings.Currency);
            }
        }

        foreach (Slot slot in _slots)
        {
            await slot.Pending;
        }

        if (_scores is not null)
        {
            // Labels that come after the last transaction are told as well: what they say is true of the past.
            await _scores.TellLabelsAsync(ulong.MaxValue);
            _report.Scores = new ScoreReport(_scores, _settings.JudgedDays);
        }

        _report.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _report.Lines = reader.LineNumber;
        _report.Merchants = _merchants.Count;
        _report.Conservation = await Conservation.CheckAsync(_session, _merchants, _settings.Currency, cancellation);
        return _report;
    }

    // Fills the next slot with the transactions of the next lines; false at the end of the input. Scored, a transaction
    // of nothing ends the slot and is sent behind it.
    private bool FillNext(CardReader reader, out Slot slot)
    {
        slot = _slots[_nextSlot];
        slot.Count = 0;
        Span<CreatePayment> payments = MemoryMarshal.Cast<byte, CreatePayment>(slot.Body.AsSpan());
        try
        {
            while (slot.Count < _settings.Batch && reader.TryRead(out CardTransaction transaction))
            {
                if (reader.Reason is not null)
                {
                    NoteBadLine(new BadLine(reader.LineNumber, reader.Reason, reader.Excerpt));
                    continue;
                }

                ulong merchant = ReplayScores.MerchantOf(transaction);
                if (_merchants.Add(merchant))
                {
                    _unseen.Add(merchant);
                }

                if (_scores is not null && transaction.AmountMinor == 0)
                {
                    _cardCheck = transaction;
                    break;
                }

                slot.NewestSeconds = slot.Count == 0
                    ? transaction.Seconds
                    : Math.Max(slot.NewestSeconds, transaction.Seconds);
                payments[slot.Count++] = PaymentOf(transaction);
                _scores?.Note(transaction);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            _report.InputError ??= $"after line {reader.LineNumber}: {e.Message}";
        }

        return slot.Count > 0 || _cardCheck is not null;
    }

    private CreatePayment PaymentOf(in CardTransaction transaction) => new()
    {
        Id = ReplayScores.IdOf(transaction),
        Merchant = ReplayScores.MerchantOf(transaction),
        Amount = transaction.AmountMinor,
        Card = _settings.Scored ? ReplayScores.CardOf(transaction) : transaction.CustomerId,
        Terminal = _settings.Scored ? transaction.TerminalId + 1 : 0,
        Currency = _settings.Currency,
        EffectiveAt = transaction.Seconds * NsPerSecond,
    };

    private void NoteBadLine(BadLine bad)
    {
        _report.BadLineCount++;
        if (_report.BadLines.Count < ReplayReport.BadLinesListed)
        {
            _report.BadLines.Add(bad);
        }

        _rejects?.WriteLine($"{bad.Line}\t{bad.Reason}\t{bad.Excerpt}");
    }

    private async Task OpenMerchantsAsync()
    {
        for (int first = 0; first < _unseen.Count; first += Limits.ElementsPerRequestMax)
        {
            int count = Math.Min(Limits.ElementsPerRequestMax, _unseen.Count - first);
            byte[] body = new byte[count * CreateMerchant.Size];
            byte[] results = new byte[count * PaymentResult.Size];
            for (int i = 0; i < count; i++)
            {
                MemoryMarshal.Write(body.AsSpan(i * CreateMerchant.Size), new CreateMerchant
                {
                    Merchant = _unseen[first + i],
                    Currency = _settings.Currency,
                    FeePpm = _settings.FeePpm,
                    TaxPpm = _settings.TaxPpm,
                    Prefund = _settings.Prefund,
                });
            }

            await _sender.SendAsync(Operation.CreateMerchants, body, results);
            foreach (PaymentResult result in MemoryMarshal.Cast<byte, PaymentResult>(results))
            {
                NoteMerchant(result);
            }
        }

        _unseen.Clear();
    }

    private void NoteMerchant(in PaymentResult result)
    {
        if (result.Code != PaymentStatus.Ok)
        {
            throw new CliException(
                ExitCode.Refused,
                "merchant_refused",
                $"A merchant was refused: {PaymentStatusNames.Of(result.Code)}. It was asked for with the settings " +
                "--currency, --fee-ppm, --tax-ppm and --prefund; those it was opened with before must be the same.");
        }

        if ((result.Flags & PaymentResultFlags.Duplicate) == 0)
        {
            _report.MerchantsOpened++;
        }
    }

    private async Task SendPaymentsAsync(Slot slot)
    {
        if (_scores is not null)
        {
            await _scores.TellLabelsAsync(slot.NewestSeconds);
        }

        long start = Stopwatch.GetTimestamp();
        Memory<byte> results = slot.Results.AsMemory(0, slot.Count * PaymentResult.Size);
        Memory<byte> body = slot.Body.AsMemory(0, slot.Count * CreatePayment.Size);
        await _sender.SendElementsAsync(Operation.CreatePayments, body, results, slot.Count);
        long latencyNs = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;

        // Answers come back on any thread, one request at a time is counted.
        lock (_report)
        {
            _report.Latencies.Record(latencyNs, slot.Count);
            Note(
                MemoryMarshal.Cast<byte, CreatePayment>(slot.Body.AsSpan(0, slot.Count * CreatePayment.Size)),
                MemoryMarshal.Cast<byte, PaymentResult>(results.Span));
        }

        if (_scores is not null)
        {
            await _scores.CollectAsync();
        }
    }

    private void Note(ReadOnlySpan<CreatePayment> payments, ReadOnlySpan<PaymentResult> results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            ref readonly PaymentResult result = ref results[i];
            _report.Transactions++;
            if ((result.Flags & PaymentResultFlags.Duplicate) != 0)
            {
                _report.Duplicates++;
            }
            else if (result.Code is PaymentStatus.Ok or PaymentStatus.Processing)
            {
                _report.Accepted++;
                _report.Amount += payments[i].Amount;
                _report.Fee += result.Fee;
                _report.Tax += result.Tax;
            }
            else if (result.Code == PaymentStatus.UnderReview)
            {
                _report.UnderReview++;
            }
            else
            {
                _report.Rejected[result.Code] = _report.Rejected.GetValueOrDefault(result.Code) + 1;
            }
        }
    }

    private sealed class Slot(int batch)
    {
        public byte[] Body { get; } = new byte[batch * CreatePayment.Size];

        public byte[] Results { get; } = new byte[batch * PaymentResult.Size];

        public int Count { get; set; }

        public ulong NewestSeconds { get; set; }

        public Task Pending { get; set; } = Task.CompletedTask;
    }
}
