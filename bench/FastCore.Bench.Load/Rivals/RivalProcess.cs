using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastCore.Bench.Load.Rivals;

/// <summary>Programs that rivals are made of: started, waited for, with nobody to read what they print.</summary>
internal static class RivalProcess
{
    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="package">The package of Debian that has it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="LoadException">It is not there.</exception>
    public static Process Start(string program, string package, IReadOnlyList<string> arguments)
    {
        try
        {
            Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new LoadException($"{program} cannot be started ({e.Message}); apt-get install {package}.");
        }
    }

    /// <summary>
    /// Waits until a server answers. It says nowhere that it listens, so it is asked until it does; the tries are
    /// bounded.
    /// </summary>
    /// <param name="process">The server.</param>
    /// <param name="tries">Tries at most.</param>
    /// <param name="pauseMs">Milliseconds between two.</param>
    /// <param name="answers">Asks once.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when it ended or never answered.</returns>
    public static async Task<bool> AnswersAsync(
        Process process, int tries, int pauseMs, Func<Task<bool>> answers, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < tries && !process.HasExited; attempt++)
        {
            if (await answers())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), TimeProvider.System, cancellation);
        }

        return false;
    }

    /// <summary>A port of the loopback that nobody listens at.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
