using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Terra.Bench.Kernels;

/// <summary>What the machine can do right now, with two threads: multiply-adds out of registers, and copying what no cache holds.</summary>
internal sealed unsafe class MachineProbe : IDisposable
{
    private const int Threads = 2;
    private const int Chains = 12;
    private const int UnitsOfProbe = 60_000;
    private const long CopyBytes = 256L << 20;

    private static readonly int s_lanes = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
    private static readonly Func<long, float> s_multiplyAdds = EmitMultiplyAdds();

    private readonly Barrier _barrier = new(Threads);
    private readonly Thread _helper;
    private readonly double[] _rates = new double[Threads];
    private Action<int> _body = static _ => { };
    private bool _over;

    public MachineProbe()
    {
        _helper = new Thread(Serve) { IsBackground = true, Name = "probe" };
        _helper.Start();
        MultiplyAddRate();
        for (int i = 0; i < 20; i++)
        {
            PeakRate = Math.Max(PeakRate, MultiplyAddRate());
        }
    }

    /// <summary>The best multiply-add rate seen so far, in floating-point operations a second (float, both threads).</summary>
    public double PeakRate { get; private set; }

    /// <summary>The rate of multiply-adds during about a millisecond.</summary>
    public double MultiplyAddRate()
    {
        Both(thread =>
        {
            long began = Stopwatch.GetTimestamp();
            s_multiplyAdds(UnitsOfProbe);
            _rates[thread] = 2.0 * Chains * s_lanes * UnitsOfProbe / Stopwatch.GetElapsedTime(began).TotalSeconds;
        });
        double rate = _rates.Sum();
        PeakRate = Math.Max(PeakRate, rate);
        return rate;
    }

    /// <summary>The best of some copies with non-temporal stores: bytes read and written a second.</summary>
    public double CopyBandwidth()
    {
        void* from = NativeMemory.AlignedAlloc((nuint)CopyBytes, 64), to = NativeMemory.AlignedAlloc((nuint)CopyBytes, 64);
        new Span<byte>(from, (int)CopyBytes).Fill(1);
        new Span<byte>(to, (int)CopyBytes).Clear();
        double best = 0;
        for (int round = 0; round < 8; round++)
        {
            long began = Stopwatch.GetTimestamp();
            Both(thread => CopyPart((float*)from, (float*)to, thread));
            best = Math.Max(best, 2.0 * CopyBytes / Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
        return best;
    }

    public void Dispose()
    {
        _over = true;
        _barrier.SignalAndWait();
        _helper.Join();
        _barrier.Dispose();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static void CopyPart(float* from, float* to, int thread)
    {
        long count = CopyBytes / sizeof(float) / Threads;
        from += thread * count;
        to += thread * count;
        for (long i = 0; i < count; i += 16)
        {
            Vector512.LoadAligned(from + i).StoreAlignedNonTemporal(to + i);
        }
    }

    /// <summary>A loop of independent chains of multiply-adds, as wide as the hardware's vectors.</summary>
    private static Func<long, float> EmitMultiplyAdds()
    {
        Type vectors = s_lanes == 16 ? typeof(Vector512) : s_lanes == 8 ? typeof(Vector256) : typeof(Vector128);
        MethodInfo create = vectors.GetMethod("Create", [typeof(float)])!;
        Type vector = create.ReturnType;
        MethodInfo multiplyAdd = vectors.GetMethod("FusedMultiplyAdd", [vector, vector, vector])!;
        MethodInfo add = vectors.GetMethods().Single(m => m.Name == "Add" && m.IsGenericMethodDefinition).MakeGenericMethod(typeof(float));
        MethodInfo sum = vectors.GetMethods().Single(m => m.Name == "Sum" && m.IsGenericMethodDefinition).MakeGenericMethod(typeof(float));

        var method = new DynamicMethod("multiply_adds", typeof(float), [typeof(long)], typeof(MachineProbe).Module);
        ILGenerator il = method.GetILGenerator();
        LocalBuilder factor = il.DeclareLocal(vector);
        LocalBuilder[] chains = Enumerable.Range(0, Chains).Select(_ => il.DeclareLocal(vector)).ToArray();
        foreach (LocalBuilder local in chains.Prepend(factor))
        {
            il.Emit(OpCodes.Ldc_R4, 0.5f);
            il.Emit(OpCodes.Call, create);
            il.Emit(OpCodes.Stloc, local);
        }

        Label body = il.DefineLabel();
        il.MarkLabel(body);
        foreach (LocalBuilder chain in chains)
        {
            il.Emit(OpCodes.Ldloc, chain);
            il.Emit(OpCodes.Ldloc, factor);
            il.Emit(OpCodes.Ldloc, factor);
            il.Emit(OpCodes.Call, multiplyAdd);
            il.Emit(OpCodes.Stloc, chain);
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Starg, 0);
        il.Emit(OpCodes.Brtrue, body);
        il.Emit(OpCodes.Ldloc, chains[0]);
        foreach (LocalBuilder chain in chains[1..])
        {
            il.Emit(OpCodes.Ldloc, chain);
            il.Emit(OpCodes.Call, add);
        }

        il.Emit(OpCodes.Call, sum);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<long, float>>();
    }

    private void Both(Action<int> body)
    {
        _body = body;
        _barrier.SignalAndWait();
        body(0);
        _barrier.SignalAndWait();
    }

    private void Serve()
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_over)
            {
                return;
            }

            _body(1);
            _barrier.SignalAndWait();
        }
    }
}
