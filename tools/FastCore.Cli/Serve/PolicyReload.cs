using System.Runtime.InteropServices;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Node;

namespace FastCore.Cli.Serve;

/// <summary>
/// Brings a new version of the policy file in force while the server goes on: SIGHUP has the file read again. It takes
/// the way of the first one, so a policy whose rules, tests or verification vectors do not hold is refused whole and
/// the old one goes on deciding.
/// </summary>
internal sealed class PolicyReload : IDisposable
{
    private readonly FastCoreNode _node;
    private readonly string _policy;
    private readonly CliContext _context;
    private readonly PosixSignalRegistration? _signal;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Listens for the signal, where there is one.</summary>
    /// <param name="node">The engine, which scores.</param>
    /// <param name="policy">The policy file.</param>
    /// <param name="context">Is told what became of it.</param>
    public PolicyReload(FastCoreNode node, string policy, CliContext context)
    {
        _node = node;
        _policy = policy;
        _context = context;
        _signal = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // Otherwise the process would end.
            signal.Cancel = true;
            _ = ReloadAsync();
        });
    }

    /// <summary>Reads the policy again; of several at a time one after the other.</summary>
    /// <returns>Whether it is in force now.</returns>
    public async Task<bool> ReloadAsync()
    {
        await _one.WaitAsync();
        try
        {
            await FraudDoor.ActivateAsync(_node, _policy);
            _context.Note($"The policy '{_policy}' is in force.");
            return true;
        }
        catch (CliException refused)
        {
            _context.Note($"The policy '{_policy}' was not taken, the old one stays in force: {refused.Message}");
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signal?.Dispose();
        _one.Dispose();
    }
}
