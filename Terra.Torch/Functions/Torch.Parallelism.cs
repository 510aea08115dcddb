using Terra.Runtime.Backends.Cpu;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many threads an op may use.</summary>
    public static int get_num_threads() => WorkerPool.Shared.NumThreads;

    /// <summary>Sets how many threads an op may use; results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static void set_num_threads(int num) => WorkerPool.Shared.NumThreads = num;
}
