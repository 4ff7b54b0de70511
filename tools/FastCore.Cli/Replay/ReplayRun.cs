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
    private const int AttemptsMax = 1_000;
    private const ulong NsPerSecond = 1_000_000_000;

    private readonly IFastCoreSession _session;
    private readonly ReplaySettings _settings;
    private readonly TextWriter? _rejects;
    private readonly Slot[] _slots;
    private readonly HashSet<ulong> _merchants = [];
    private readonly List<ulong> _unseen = [];
    private readonly ReplayReport _report;
    private int _nextSlot;

    /// <summary>Makes a run.</summary>
    /// <param name="session">The engine.</param>
    /// <param name="settings">How transactions become payments.</param>
    /// <param name="file">The input's name, for the report.</param>
    /// <param name="rejects">Takes every bad line; null = only the first are kept.</param>
    public ReplayRun(IFastCoreSession session, ReplaySettings settings, string file, TextWriter? rejects = null)
    {
        _session = session;
        _settings = settings;
        _rejects = rejects;
        _report = new ReplayReport { File = file, Currency = settings.Currency };
        _slots = new Slot[settings.InFlight];
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
            slot.Pending = SendPaymentsAsync(slot);
            onProgress();
            _nextSlot = (_nextSlot + 1) % _slots.Length;
            await _slots[_nextSlot].Pending;
        }

        foreach (Slot slot in _slots)
        {
            await slot.Pending;
        }

        _report.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _report.Lines = reader.LineNumber;
        _report.Merchants = _merchants.Count;
        _report.Conservation = await Conservation.CheckAsync(_session, _merchants, _settings.Currency, cancellation);
        return _report;
    }

    // Fills the next slot with the transactions of the next lines; false at the end of the input.
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

                ulong merchant = transaction.TerminalId + 1;
                if (_merchants.Add(merchant))
                {
                    _unseen.Add(merchant);
                }

                payments[slot.Count++] = new CreatePayment
                {
                    Id = (UInt128)transaction.TransactionId + 1,
                    Merchant = merchant,
                    Amount = transaction.AmountMinor,
                    Card = transaction.CustomerId,
                    Currency = _settings.Currency,
                    EffectiveAt = transaction.Seconds * NsPerSecond,
                };
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            _report.InputError ??= $"after line {reader.LineNumber}: {e.Message}";
        }

        return slot.Count > 0;
    }

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

            await SendAsync(Operation.CreateMerchants, body, results);
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
                $"A merchant was refused: {PaymentStatusNames.Of(result.Code)}. " +
                "Was the directory filled with other settings (--currency, --fee-ppm, --tax-ppm, --prefund)?");
        }

        if ((result.Flags & PaymentResultFlags.Duplicate) == 0)
        {
            _report.MerchantsOpened++;
        }
    }

    private async Task SendPaymentsAsync(Slot slot)
    {
        long start = Stopwatch.GetTimestamp();
        Memory<byte> results = slot.Results.AsMemory(0, slot.Count * PaymentResult.Size);
        Memory<byte> body = slot.Body.AsMemory(0, slot.Count * CreatePayment.Size);
        Reply reply = await SendAsync(Operation.CreatePayments, body, results);
        await SendRefusedAsync(reply, body, results);
        long latencyNs = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;

        // Answers come back on any thread, one request at a time is counted.
        lock (_report)
        {
            _report.Latencies.Record(latencyNs, slot.Count);
            Note(
                MemoryMarshal.Cast<byte, CreatePayment>(slot.Body.AsSpan(0, slot.Count * CreatePayment.Size)),
                MemoryMarshal.Cast<byte, PaymentResult>(results.Span));
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
            else
            {
                _report.Rejected[result.Code] = _report.Rejected.GetValueOrDefault(result.Code) + 1;
            }
        }
    }

    // An overloaded partition refuses its share of a request and says so in each element. Only those are sent again:
    // the others would answer as duplicates.
    private async Task SendRefusedAsync(Reply reply, Memory<byte> body, Memory<byte> results)
    {
        int[] refused = RefusedOf(results.Span);
        for (int attempt = 1; refused.Length != 0; attempt++)
        {
            FrameStatus status = (FrameStatus)CodeOf(results.Span, refused[0]);
            await PauseAsync(reply with { Status = status }, attempt);
            byte[] bodyAgain = new byte[refused.Length * CreatePayment.Size];
            byte[] resultsAgain = new byte[refused.Length * PaymentResult.Size];
            for (int i = 0; i < refused.Length; i++)
            {
                body.Span.Slice(refused[i] * CreatePayment.Size, CreatePayment.Size)
                    .CopyTo(bodyAgain.AsSpan(i * CreatePayment.Size));
            }

            reply = await SendAsync(Operation.CreatePayments, bodyAgain, resultsAgain);
            for (int i = 0; i < refused.Length; i++)
            {
                resultsAgain.AsSpan(i * PaymentResult.Size, PaymentResult.Size)
                    .CopyTo(results.Span[(refused[i] * PaymentResult.Size)..]);
            }

            refused = RefusedOf(results.Span);
        }
    }

    // Elements whose share was refused have a frame's status as their code, and those are all below the first outcome.
    private static int[] RefusedOf(ReadOnlySpan<byte> results)
    {
        List<int> refused = [];
        for (int i = 0; i < results.Length / PaymentResult.Size; i++)
        {
            if (CodeOf(results, i) < PaymentStatus.Ok)
            {
                refused.Add(i);
            }
        }

        return [.. refused];
    }

    private static PaymentStatus CodeOf(ReadOnlySpan<byte> results, int element) =>
        MemoryMarshal.Cast<byte, PaymentResult>(results)[element].Code;

    // A request whose outcome is unknown is simply sent again: the ids make that safe.
    private async Task<Reply> SendAsync(Operation operation, ReadOnlyMemory<byte> body, Memory<byte> results)
    {
        for (int attempt = 1; ; attempt++)
        {
            Reply reply = await _session.SendAsync(operation, body, results);
            if (reply.Status == FrameStatus.Ok && reply.Length == results.Length)
            {
                return reply;
            }

            await PauseAsync(reply, attempt);
        }
    }

    // Waits as long as the reply asks for, or ends the run when another attempt would not help.
    private static async Task PauseAsync(Reply reply, int attempt)
    {
        bool again = reply.Status is FrameStatus.Overloaded or FrameStatus.TooManyInFlight or FrameStatus.Unknown;
        if (!again || attempt == AttemptsMax)
        {
            int exitCode = reply.Status is FrameStatus.Unknown or FrameStatus.Unauthenticated
                ? ExitCode.Connection
                : ExitCode.Refused;
            throw new CliException(exitCode, FrameStatusText.CodeOf(reply.Status), FrameStatusText.MessageOf(reply));
        }

        // Longer with each attempt: a disk that is busy with others may keep an engine overloaded for minutes.
        TimeSpan pause = TimeSpan.FromMilliseconds(Math.Clamp(Math.Max(reply.RetryAfterMs, attempt), 1, 1_000));
        await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
    }

    private sealed class Slot(int batch)
    {
        public byte[] Body { get; } = new byte[batch * CreatePayment.Size];

        public byte[] Results { get; } = new byte[batch * PaymentResult.Size];

        public int Count { get; set; }

        public Task Pending { get; set; } = Task.CompletedTask;
    }
}
