using FastCore.Node;
using Microsoft.Extensions.Options;

namespace FastCore.Hosting;

/// <summary>Refuses settings that cannot work, with a sentence for each, before anything is opened.</summary>
internal sealed class FastCoreOptionsCheck : IValidateOptions<FastCoreOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FastCoreOptions options)
    {
        List<string> problems = [.. NodeOptionsCheck.Problems(options)];
        if (options.SessionInFlightMax is < 1 or > 1 << 16 || !int.IsPow2(options.SessionInFlightMax))
        {
            problems.Add($"SessionInFlightMax must be a power of two up to 65,536, not {options.SessionInFlightMax}.");
        }

        if (options.DegradedQueuedBytes < 1)
        {
            problems.Add($"DegradedQueuedBytes must be positive, not {options.DegradedQueuedBytes}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
