using System.Text;

namespace FastCore.Fuzz.Models;

/// <summary>How stores leave a thread's buffer.</summary>
internal enum StoreOrder
{
    /// <summary>One after the other, as on x64.</summary>
    Total,

    /// <summary>In any order, except that a release store waits for all before it, as on arm64.</summary>
    Released,
}

/// <summary>What all interleavings of a model came to.</summary>
/// <param name="States">Different states seen.</param>
/// <param name="Violation">What went wrong in one of them, with the steps that lead there; null when nothing.</param>
internal sealed record ModelResult(int States, string? Violation);

/// <summary>
/// Tries every interleaving of a few modelled threads, store buffers included. Each thread is a list of steps over
/// shared variables and registers of its own. A state in which nobody can go on although somebody has not ended is a
/// violation: a wake-up was lost. Loads are not executed early, so a missing acquire is beyond this model.
/// </summary>
internal sealed class Interleavings(
    Step[][] threads, int variables, int registers, StoreOrder order, Func<int[], string?> invariant,
    Func<int[], string?> atEnd)
{
    private const int StatesMax = 2_000_000;

    private readonly HashSet<string> _seen = [];

    /// <summary>Tries all of them.</summary>
    public ModelResult Run()
    {
        // Nearest first, so that the steps that lead to a violation are the fewest.
        Queue<(State State, Trail? Trail)> open = new();
        open.Enqueue((new State(threads.Length, variables, registers), null));
        while (open.TryDequeue(out (State State, Trail? Trail) at))
        {
            if (!_seen.Add(at.State.Key()))
            {
                continue;
            }

            if (_seen.Count > StatesMax)
            {
                return new ModelResult(_seen.Count, "the model has too many states to try them all");
            }

            bool moved = false;
            foreach ((State next, string what) in Next(at.State))
            {
                moved = true;
                open.Enqueue((next, new Trail(what, at.Trail)));
            }

            string? wrong = invariant(at.State.Memory) ?? (moved ? null : Ended(at.State));
            if (wrong is not null)
            {
                return new ModelResult(_seen.Count, $"{wrong}: {at.Trail}");
            }
        }

        return new ModelResult(_seen.Count, null);
    }

    private string? Ended(State state)
    {
        for (int thread = 0; thread < threads.Length; thread++)
        {
            if (state.At[thread] < threads[thread].Length)
            {
                return $"thread {thread} waits for ever";
            }
        }

        return atEnd(state.Memory);
    }

    private IEnumerable<(State Next, string What)> Next(State state)
    {
        for (int thread = 0; thread < threads.Length; thread++)
        {
            List<(int Variable, int Value, bool IsRelease)> buffer = state.Buffers[thread];
            for (int i = 0; i < buffer.Count; i++)
            {
                if (MayLeave(buffer, i))
                {
                    State next = state.Copy();
                    next.Memory[buffer[i].Variable] = buffer[i].Value;
                    next.Buffers[thread].RemoveAt(i);
                    yield return (next, $"{thread}: v{buffer[i].Variable}={buffer[i].Value} visible");
                }
            }

            if (state.At[thread] < threads[thread].Length && Execute(state, thread) is State after)
            {
                yield return (after, $"{thread}: step {state.At[thread]}");
            }
        }
    }

    // Stores to the same variable keep their order everywhere.
    private bool MayLeave(List<(int Variable, int Value, bool IsRelease)> buffer, int index)
    {
        if (index == 0)
        {
            return true;
        }

        return order == StoreOrder.Released && !buffer[index].IsRelease
            && buffer.FindIndex(store => store.Variable == buffer[index].Variable) == index;
    }

    private State? Execute(State state, int thread)
    {
        Step step = threads[thread][state.At[thread]];
        bool drained = state.Buffers[thread].Count == 0;
        bool waits = step.Kind is StepKind.Fence or StepKind.Exchange or StepKind.CompareExchange or StepKind.Await
            && (!drained || (step.Kind == StepKind.Await && state.Memory[step.Variable] == 0));
        if (waits)
        {
            return null;
        }

        State next = state.Copy();
        int[] own = next.Registers[thread];
        next.At[thread]++;
        switch (step.Kind)
        {
            case StepKind.Load:
                int newest = state.Buffers[thread].FindLastIndex(store => store.Variable == step.Variable);
                own[step.Register] =
                    newest < 0 ? state.Memory[step.Variable] : state.Buffers[thread][newest].Value;
                break;
            case StepKind.Store or StepKind.Release:
                next.Buffers[thread].Add((step.Variable, step.Value!(own), step.Kind == StepKind.Release));
                break;
            case StepKind.Exchange:
                next.Memory[step.Variable] = step.Value!(own);
                own[step.Register] = state.Memory[step.Variable];
                break;
            case StepKind.CompareExchange:
                bool wins = state.Memory[step.Variable] == own[step.Register];
                next.Memory[step.Variable] = wins ? step.Value!(own) : state.Memory[step.Variable];
                own[step.Register] = wins ? 1 : 0;
                break;
            case StepKind.Await:
                next.Memory[step.Variable] = 0;
                break;
            case StepKind.Compute:
                own[step.Register] = step.Value!(own);
                break;
            case StepKind.Jump when step.Value!(own) != 0:
                next.At[thread] = Array.FindIndex(threads[thread], other => other.Label == step.Target);
                break;
            default:
                break;
        }

        return next;
    }

    private sealed record Trail(string What, Trail? Before)
    {
        public override string ToString() => Before is null ? What : $"{Before}; {What}";
    }

    private sealed class State
    {
        public State(int threads, int variables, int registers)
        {
            Memory = new int[variables];
            At = new int[threads];
            Registers = [.. Enumerable.Range(0, threads).Select(_ => new int[registers])];
            Buffers = [.. Enumerable.Range(0, threads).Select(_ => new List<(int, int, bool)>())];
        }

        private State(State other)
        {
            Memory = [.. other.Memory];
            At = [.. other.At];
            Registers = [.. other.Registers.Select(own => (int[])[.. own])];
            Buffers = [.. other.Buffers.Select(buffer => new List<(int, int, bool)>(buffer))];
        }

        public int[] Memory { get; }

        public int[] At { get; }

        public int[][] Registers { get; }

        public List<(int Variable, int Value, bool IsRelease)>[] Buffers { get; }

        public State Copy() => new(this);

        // One character a number; all of them are small.
        public string Key()
        {
            StringBuilder key = new();
            foreach (int value in Memory.Concat(At).Concat(Registers.SelectMany(own => own)))
            {
                key.Append((char)value);
            }

            foreach (List<(int Variable, int Value, bool IsRelease)> buffer in Buffers)
            {
                key.Append((char)buffer.Count);
                foreach ((int variable, int value, bool isRelease) in buffer)
                {
                    key.Append((char)variable).Append((char)value).Append(isRelease ? '1' : '0');
                }
            }

            return key.ToString();
        }
    }
}
