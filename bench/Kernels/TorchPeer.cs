using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace Terra.Bench.Kernels;

/// <summary>
/// PyTorch in a process of its own, in the environment it runs best in on a CPU. It does nothing until it is asked to run a case so many
/// times, and answers with the seconds that took.
/// </summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;

    private TorchPeer(Process process, string version) => (_process, Version) = (process, version);

    public string Version { get; }

    /// <summary>Starts the peer; null, and why, where there is no Python with PyTorch.</summary>
    public static TorchPeer? Start(out string? whyNot)
    {
        string? first = null;
        foreach (string python in new[] { Environment.GetEnvironmentVariable("TERRA_BENCH_PYTHON"), "python3", "/usr/bin/python3" }.OfType<string>())
        {
            if (TryStart(python) is not { } process)
            {
                first ??= $"{python} cannot be started";
                continue;
            }

            using JsonDocument? hello = Read(process);
            if (hello?.RootElement.TryGetProperty("torch", out JsonElement version) == true)
            {
                whyNot = null;
                return new TorchPeer(process, version.GetString()!);
            }

            first ??= hello is null ? $"{python} ended at once" : hello.RootElement.GetProperty("error").GetString();
            process.Kill();
            process.Dispose();
        }

        whyNot = first;
        return null;
    }

    /// <summary>Seconds that <paramref name="repetitions"/> calls of a case take.</summary>
    /// <exception cref="InvalidOperationException">The peer's script failed; says how.</exception>
    public double Run(KernelCase kernel, long repetitions)
    {
        string request = JsonSerializer.Serialize(new { name = kernel.Name, kind = kernel.Peer.Kind, arguments = kernel.Peer.Arguments, repetitions });
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        using JsonDocument answer = Read(_process) ?? throw new InvalidOperationException("the peer's process ended");
        return answer.RootElement.TryGetProperty("seconds", out JsonElement seconds)
            ? seconds.GetDouble()
            : throw new InvalidOperationException(answer.RootElement.GetProperty("error").GetString());
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static JsonDocument? Read(Process process) =>
        process.StandardOutput.ReadLine() is { } line ? JsonDocument.Parse(line) : null;

    private static Process? TryStart(string python)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "peers", "torch_peer.py"), "2"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Tune(start.Environment);
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// OpenBLAS with OpenMP rather than threads of its own and with kernels for the widest vectors (it is older than many processors, which it takes for
    /// narrower ones), bound threads, and no return of memory to the system.
    /// </summary>
    private static void Tune(IDictionary<string, string?> environment)
    {
        string? library = Directory.Exists("/usr/lib")
            ? Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "openblas-openmp")).FirstOrDefault(Directory.Exists)
            : null;
        if (library is not null)
        {
            string? before = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH");
            environment["LD_LIBRARY_PATH"] = string.IsNullOrEmpty(before) ? library : $"{library}:{before}";
        }

        environment.Remove("OPENBLAS_L2_SIZE"); // what somebody set for other programs
        environment.Remove("OPENBLAS_CORETYPE");
        if (Avx512DQ.IsSupported)
        {
            environment["OPENBLAS_CORETYPE"] = "SkylakeX";
        }

        environment["OMP_NUM_THREADS"] = "2";
        environment["OMP_PROC_BIND"] = "true";
        environment["ATEN_CPU_CAPABILITY"] = "avx512";
        environment["GLIBC_TUNABLES"] =
            "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=4294967296:glibc.malloc.hugetlb=1";
    }
}
