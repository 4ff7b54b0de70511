using System.Diagnostics;
using System.Text;
using FastCore.Testing;

namespace FastCore.Fuzz.Core;

/// <summary>
/// Runs a fuzzer until a limit or a finding. The loop has a thread of its own, so that an input which never ends is a
/// finding as well.
/// </summary>
public sealed class FuzzRun
{
    private const int InputsPerLook = 256;
    private const int WatchMs = 200;

    private readonly Fuzzer _fuzzer;
    private readonly FuzzLimits _limits;
    private readonly ulong _seed;
    private readonly SeededRandom _random;
    private readonly Attempt _attempt;
    private readonly Corpus _corpus = new();
    private readonly byte[] _input;
    private readonly Stopwatch _watch = new();
    private int _length;
    private long _inputs;
    private long _attempts;
    private long _accepted;
    private long _allocationMax;
    private volatile FuzzFailure? _failure;

    private FuzzRun(Fuzzer fuzzer, ulong seed, FuzzLimits limits)
    {
        _fuzzer = fuzzer;
        _limits = limits;
        _seed = seed;
        _random = new SeededRandom(seed ^ HashOf(fuzzer.Name));
        _attempt = new Attempt(fuzzer);
        _input = new byte[fuzzer.InputSizeMax];
    }

    /// <summary>Runs inputs made from the seed.</summary>
    public static FuzzReport Run(Fuzzer fuzzer, ulong seed, FuzzLimits limits)
    {
        FuzzRun run = new(fuzzer, seed, limits);
        return run.Watched(run.Loop);
    }

    /// <summary>Runs one given input, to repeat a finding.</summary>
    public static FuzzReport Replay(Fuzzer fuzzer, byte[] input, FuzzLimits limits)
    {
        FuzzRun run = new(fuzzer, 0, limits);
        return run.Watched(() => run._failure = run.RunOne(input));
    }

    private FuzzReport Watched(Action work)
    {
        _watch.Start();
        Thread thread = new(() => Guarded(work), 4 << 20) { IsBackground = true, Name = "fuzz " + _fuzzer.Name };
        thread.Start();
        long seen = -1;
        long since = 0;
        while (!thread.Join(WatchMs))
        {
            long attempts = Volatile.Read(ref _attempts);
            if (attempts != seen)
            {
                seen = attempts;
                since = _watch.ElapsedMilliseconds;
            }
            else if (_watch.ElapsedMilliseconds - since > _limits.HangMs)
            {
                _failure ??= new FuzzFailure(
                    FuzzFault.Hang, "", $"The input did not end within {_limits.HangMs} ms.", "",
                    _input.AsSpan(0, _length).ToArray());
                break;
            }
        }

        return new FuzzReport(
            _fuzzer.Name, _seed, _inputs, _accepted, _corpus.Shapes, _corpus.Count, _allocationMax,
            _watch.ElapsedMilliseconds, _failure);
    }

    // A mistake of the fuzzer's own (a seed that is too long) must not end the process unexplained.
    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error)
        {
            _failure = new FuzzFailure(
                FuzzFault.Exception, error.GetType().Name, "The fuzzer itself failed: " + error.Message,
                error.StackTrace ?? "", []);
        }
    }

    private void Loop()
    {
        WarmUp();
        foreach (byte[] seed in _fuzzer.Seeds())
        {
            if (Failed(RunOne(seed)))
            {
                return;
            }

            _corpus.AddSeed(seed, _attempt.Verdict);
        }

        Mutator mutator = new(_random, _fuzzer.Tokens, _corpus);
        while (_inputs < _limits.Inputs && (_inputs % InputsPerLook != 0 || MayGoOn()))
        {
            NextInput(mutator);
            Span<byte> input = _input.AsSpan(0, _length);
            if (!_random.OneIn(4))
            {
                _fuzzer.Mend(input, _random);
            }

            if (Failed(RunOne(input)))
            {
                return;
            }

            _corpus.Note(input, _attempt.Verdict, _random);
        }
    }

    private bool MayGoOn() =>
        _watch.ElapsedMilliseconds < _limits.Ms && !_limits.Cancellation.IsCancellationRequested;

    private void NextInput(Mutator mutator)
    {
        _length = _random.OneIn(8) ? _fuzzer.Generate(_input, _random) : 0;
        if (_length == 0)
        {
            byte[] origin = _corpus.Pick(_random);
            origin.CopyTo(_input, 0);
            _length = mutator.Mutate(_input, origin.Length);
        }
    }

    // What the runtime allocates once for code that runs first is not the input's.
    private void WarmUp()
    {
        foreach (byte[] seed in _fuzzer.Seeds())
        {
            _attempt.Run(seed);
            _attempt.Run(seed.AsSpan(0, seed.Length / 2));
        }
    }

    private FuzzFailure? RunOne(ReadOnlySpan<byte> input)
    {
        if (!input.Overlaps(_input))
        {
            input.CopyTo(_input);
            _length = input.Length;
        }

        FuzzFailure? failure = _attempt.Run(input);
        if (failure?.Fault == FuzzFault.Allocation)
        {
            // Once more: the first exception of a kind makes the runtime allocate, the input itself does it each time.
            failure = _attempt.Run(input);
        }

        _inputs++;
        _accepted += failure is null && _attempt.Verdict.IsAccepted ? 1 : 0;
        _allocationMax = failure is null ? Math.Max(_allocationMax, _attempt.Allocated) : _allocationMax;
        Volatile.Write(ref _attempts, _attempts + 1);
        return failure;
    }

    private bool Failed(FuzzFailure? failure)
    {
        if (failure is null)
        {
            return false;
        }

        // Set before shrinking: should a shorter input never end, the finding is not lost.
        _failure = failure;
        _failure = new Shrinker(_fuzzer, _attempt).Shrink(failure);
        return true;
    }

    private static ulong HashOf(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }
}
