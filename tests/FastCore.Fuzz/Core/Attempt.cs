namespace FastCore.Fuzz.Core;

/// <summary>Runs single inputs and says what was wrong with them.</summary>
internal sealed class Attempt(Fuzzer fuzzer)
{
    /// <summary>Verdict of the last input, when nothing was wrong.</summary>
    public Verdict Verdict { get; private set; }

    /// <summary>Managed memory of the last input, bytes.</summary>
    public long Allocated { get; private set; }

    /// <summary>Runs an input; null when everything held.</summary>
    public FuzzFailure? Run(ReadOnlySpan<byte> input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Verdict = fuzzer.Run(input);
        }
        catch (BrokenPropertyException broken)
        {
            return Failure(FuzzFault.Property, broken, input);
        }
        catch (Exception error)
        {
            return Failure(FuzzFault.Exception, error, input);
        }

        Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return Allocated <= fuzzer.AllocationMax
            ? null
            : new FuzzFailure(
                FuzzFault.Allocation,
                "",
                $"{Allocated} bytes of managed memory were taken, {fuzzer.AllocationMax} are allowed.",
                "",
                input.ToArray());
    }

    private static FuzzFailure Failure(FuzzFault fault, Exception error, ReadOnlySpan<byte> input) =>
        new(fault, error.GetType().Name, error.Message, error.StackTrace ?? "", input.ToArray());
}
