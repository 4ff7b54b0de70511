using System.Runtime.InteropServices;
using System.Threading.Channels;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Protocol.Fraud;
using FastCore.Storage.Disk;

namespace FastCore.Node.Fraud;

/// <summary>
/// Answers what the node itself is asked about fraud scoring, one request after the other, off the partition threads:
/// proving a model takes seconds, and explaining a decision thousands of times as long as making it. Few requests wait;
/// what comes beyond is told to come again.
/// </summary>
internal sealed class FraudDesk : IAsyncDisposable
{
    private const int WaitingMax = 16;

    private readonly FraudControl? _fraud;
    private readonly IClock _clock;
    private readonly PolicyUploads _uploads;
    private readonly LoopThreads _threads;
    private readonly Channel<DeskRequest> _waiting;
    private readonly Lock _starting = new();
    private Task? _loop;

    /// <summary>Opens the desk.</summary>
    /// <param name="fraud">Null when the node scores nothing, which is then the answer.</param>
    /// <param name="clock">Time of deadlines and of uploads that nobody goes on with.</param>
    /// <param name="threads">Where it works.</param>
    public FraudDesk(FraudControl? fraud, IClock clock, LoopThreads threads)
    {
        _fraud = fraud;
        _clock = clock;
        _threads = threads;
        _waiting = Channel.CreateBounded<DeskRequest>(new BoundedChannelOptions(WaitingMax)
        {
            SingleReader = true,
            AllowSynchronousContinuations = threads == LoopThreads.Caller,
        });
        _uploads = new PolicyUploads(fraud?.Policies, clock);
    }

    /// <summary>Takes a request. Any thread.</summary>
    /// <returns>False when too many wait, or the node is closing.</returns>
    public bool TrySubmit(DeskRequest request)
    {
        // Nobody works here before the first request: most nodes are never asked.
        lock (_starting)
        {
            _loop ??= _threads.Start(RunAsync);
        }

        return _waiting.Writer.TryWrite(request);
    }

    /// <summary>Takes no more, and answers what was taken.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = _waiting.Writer.TryComplete();
        Task? loop;
        lock (_starting)
        {
            loop = _loop;
        }

        if (loop is not null)
        {
            await loop.ConfigureAwait(false);
        }
    }

    private async Task RunAsync()
    {
        await foreach (DeskRequest request in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            (FrameStatus status, byte[] reply) = request.DeadlineNs != 0 && _clock.MonotonicNs > request.DeadlineNs
                ? (FrameStatus.DeadlineExceeded, [])
                : await AnswerAsync(request).ConfigureAwait(false);
            int length = status == FrameStatus.Ok ? Math.Min(reply.Length, request.ReplyMax) : 0;
            request.Port.Answer(request.Ticket, (ushort)status, reply.AsSpan(0, length), request.ReplyMax);
        }
    }

    private async Task<(FrameStatus Status, byte[] Reply)> AnswerAsync(DeskRequest request)
    {
        try
        {
            return (FrameStatus.Ok, request.Operation switch
            {
                Operation.UploadPolicyFile => Bytes([_fraud is null
                    ? new PolicyUploadResult { Code = FraudStatus.NotConfigured }
                    : _uploads.Take(request.Body)]),
                Operation.ActivatePolicy => Bytes(await ActivateAsync(request).ConfigureAwait(false)),
                Operation.GetPolicies => Bytes(await PoliciesAsync(request).ConfigureAwait(false)),
                Operation.GetFraudMetrics => Bytes(await MetricsAsync(request).ConfigureAwait(false)),
                _ => Bytes(await ReasonsAsync(request).ConfigureAwait(false)),
            });
        }
        catch (Exception failure)
        {
            // A partition ended, or a disk failed. Whoever asks must not be left waiting, nor those behind him; and
            // what was asked may have happened in part.
            return (failure is DiskFullException ? FrameStatus.StorageFull : FrameStatus.PartitionStopped, []);
        }
    }

    private Task<PolicyAnswer[]> ActivateAsync(DeskRequest request) => _fraud is null
        ? Task.FromResult(new[] { new PolicyAnswer { Code = FraudStatus.NotConfigured } })
        : new PolicyActivation(_fraud, _uploads).RunAsync(
            MemoryMarshal.Cast<byte, PolicyFile>(request.Body).ToArray(), request.Grant.Principal);

    private async Task<PolicyRecord[]> PoliciesAsync(DeskRequest request)
    {
        PolicyFilter filter = MemoryMarshal.Read<PolicyFilter>(request.Body);
        return _fraud is null || filter.Reserved != 0
            ? []
            : [.. (await _fraud.PoliciesAsync().ConfigureAwait(false))
                .Where(record => record.Version > filter.After).Take(LimitOf(filter.Limit))];
    }

    private async Task<FraudMetric[]> MetricsAsync(DeskRequest request)
    {
        MetricFilter filter = MemoryMarshal.Read<MetricFilter>(request.Body);
        return _fraud is null || filter.Reserved != 0 || filter.Decisions > FraudLimits.MetricDecisionsMax
            ? []
            : [.. (await new FraudMetrics(_fraud).ComputeAsync(filter).ConfigureAwait(false))
                .Where(metric => metric.Place > filter.After).Take(LimitOf(filter.Limit))];
    }

    private async Task<ReasonRecord[]> ReasonsAsync(DeskRequest request)
    {
        ulong merchant = MemoryMarshal.Read<BookPrefix>(request.Body).Book;
        ReasonFilter filter = MemoryMarshal.Read<ReasonFilter>(request.Body.AsSpan(BookPrefix.Size));
        return filter.Reserved0 != 0 || filter.Reserved1 != 0 ? []
            : _fraud is null ? [new ReasonRecord { Code = FraudStatus.NotConfigured }]
            : [.. (await DecisionReasons.ExplainAsync(_fraud, merchant, filter.Id).ConfigureAwait(false))
                .Take(LimitOf(filter.Limit))];
    }

    private static int LimitOf(uint limit) => (int)Math.Min(limit, Limits.ElementsPerRequestMax);

    private static byte[] Bytes<T>(T[] rows)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(rows).ToArray();
}
