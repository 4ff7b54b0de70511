using FastCore.Engine.Sessions;

namespace FastCore.Fuzz.Litmus;

/// <summary>
/// Replies through a port whose consumer sleeps whenever it finds none. A reply that lies there while the consumer
/// sleeps and the producer has signalled is a lost wake-up. The twin's consumer sleeps without looking once more.
/// </summary>
public sealed class PortLitmus : LitmusTest
{
    /// <inheritdoc/>
    public override string Summary => "ReplyPort against a consumer that does not look again before it sleeps";

    /// <inheritdoc/>
    public override bool ShowsOnX64 => true;

    /// <inheritdoc/>
    protected override long Forbidden(bool twin, int rounds)
    {
        using Port port = new(twin);
        Race.Run(() => port.Produce(rounds), () => port.Consume(rounds));
        return port.Lost;
    }

    private sealed class Port(bool twin) : ReplyPort(4096), IDisposable
    {
        private const int WaitMs = 5;
        private const int LostMax = 3;

        private readonly AutoResetEvent _ready = new(false);
        private int _signalled;
        private int _taken;

        public long Lost { get; private set; }

        public void Produce(int rounds)
        {
            for (int round = 1; round <= rounds; round++)
            {
                // A little later each time, so that signals meet every place of the consumer's way to sleep.
                Thread.SpinWait(round % 97);
                Deliver((ulong)round, 0, 0, default);
                Signal();
                Volatile.Write(ref _signalled, round);
                SpinWait spin = default;
                while (Volatile.Read(ref _taken) != round)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }
            }
        }

        public void Consume(int rounds)
        {
            for (int round = 1; round <= rounds; round++)
            {
                while (!TryPeek(out ReplyHeader header, out _) || header.Ticket != (ulong)round)
                {
                    // A few lost ones are enough; each costs a wait.
                    if (Arm() || (twin && Lost < LostMax))
                    {
                        Sleep(round);
                    }
                }

                Advance();
                Volatile.Write(ref _taken, round);
            }
        }

        public void Dispose() => _ready.Dispose();

        // Lost for certain: the producer is through with this round's signal, and nobody set the event.
        private void Sleep(int round)
        {
            while (!_ready.WaitOne(WaitMs))
            {
                if (Volatile.Read(ref _signalled) >= round)
                {
                    // Looking takes the event, so whoever saw it set is awake.
                    Lost += _ready.WaitOne(0) ? 0 : 1;
                    return;
                }
            }
        }

        protected override void OnReady() => _ready.Set();
    }
}
