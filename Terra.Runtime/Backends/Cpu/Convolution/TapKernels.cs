using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// c[s, i, v] = init[s, i, v] + the sum over p, in order, of a[offsets[p] + s * aSegment + i * step] * b[p, v], each product by one fused multiply-add:
/// a tile of segments s of elements i each, and of vectors v, held in registers. Strides and offsets are in bytes; the step is part of the kernel. Rows of init lie
/// as those of c do, or with strides of zero are all the same. With each depth a line is asked for at <c>ahead</c>, which then moves on.
/// </summary>
internal unsafe delegate void TapKernel(
    byte* a, nint aSegment, nint* offsets, nint depth, byte* b, byte* init, nint initRow, nint initSegment, byte* c, nint cRow, nint cSegment,
    byte* ahead, nint aheadStep);

/// <summary>
/// The register-blocked kernels of direct convolution, emitted at run time for the vector width of the hardware, one for each tile shape in use. Elements of
/// one image are read where they lie, by a table of offsets that says where each tap of each channel falls, and broadcast; vectors run over the other side's channels.
/// </summary>
internal static class TapKernels<T>
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<(int Segments, int Length, int Step, int Vectors), TapKernel> s_kernels = new();
    private static readonly Func<(int Segments, int Length, int Step, int Vectors), TapKernel> s_emit = static key => Emit(key.Segments, key.Length, key.Step, key.Vectors);

    /// <summary>Elements in one vector.</summary>
    public static int Lanes { get; } = VectorApi.Best.Bits / 8 / SizeOf;

    /// <summary>Vectors across the widest tile.</summary>
    public static int MaxVectors => 2;

    private static unsafe int SizeOf => sizeof(T);

    /// <summary>Rows of the largest tile of so many vectors: with its operands it fills the registers, of which 512-bit hardware has 32 and other 16.</summary>
    public static int MaxRows(int vectors) => (Vector512.IsHardwareAccelerated ? 28 : 12) / vectors;

    /// <summary>The kernel for a tile; <paramref name="step"/> is the distance of a segment's elements in elements.</summary>
    public static TapKernel Get(int segments, int length, int step, int vectors) => s_kernels.GetOrAdd((segments, length, step, vectors), s_emit);

    private static unsafe TapKernel Emit(int segments, int length, int step, int vectors)
    {
        var method = new DynamicMethod(
            $"taps_{typeof(T).Name}_{segments}x{length}x{vectors * Lanes}_{step}",
            typeof(void),
            [typeof(byte*), typeof(nint), typeof(nint*), typeof(nint), typeof(byte*), typeof(byte*), typeof(nint), typeof(nint), typeof(byte*), typeof(nint), typeof(nint),
                typeof(byte*), typeof(nint)],
            typeof(TapKernels<T>).Module,
            skipVisibility: true);
        new Emitter(method.GetILGenerator(), segments, length, step * SizeOf, vectors).Emit();
        return method.CreateDelegate<TapKernel>();
    }

    /// <summary>Writes one kernel's body.</summary>
    private sealed class Emitter(ILGenerator il, int segments, int length, int step, int vectors)
    {
        private const int A = 0, ASegment = 1, Offsets = 2, Depth = 3, B = 4, Init = 5, InitRow = 6, InitSegment = 7, C = 8, CRow = 9, CSegment = 10, Ahead = 11, AheadStep = 12;

        private static readonly Type s_vector = VectorApi.Best.Of(typeof(T));
        private static readonly MethodInfo s_broadcast = VectorApi.Best.Method("Create", typeof(T), typeof(T));
        private static readonly MethodInfo s_fma = VectorApi.Best.Method("FusedMultiplyAdd", typeof(T), 3);
        private static readonly MethodInfo s_load = VectorApi.Best.Method("Load", typeof(T), typeof(T).MakePointerType());
        private static readonly MethodInfo s_store = VectorApi.Best.Method("Store", typeof(T), s_vector, typeof(T).MakePointerType());

        private readonly LocalBuilder[] _sums = Locals(il, segments * length * vectors, s_vector);
        private readonly LocalBuilder[] _b = Locals(il, vectors, s_vector);
        private readonly LocalBuilder _element = il.DeclareLocal(s_vector);
        private readonly LocalBuilder _at = il.DeclareLocal(typeof(byte*));
        private readonly LocalBuilder _segment = il.DeclareLocal(typeof(byte*));

        public void Emit()
        {
            EachRow(Init, InitRow, InitSegment, (sum, v) =>
            {
                Address(_at, v);
                il.Emit(OpCodes.Call, s_load);
                il.Emit(OpCodes.Stloc, sum);
            });
            Label body = il.DefineLabel(), test = il.DefineLabel();
            il.Emit(OpCodes.Br, test);
            il.MarkLabel(body);
            OneDepth();
            il.MarkLabel(test);
            il.Emit(OpCodes.Ldarg, Depth);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Bgt, body);
            EachRow(C, CRow, CSegment, (sum, v) =>
            {
                il.Emit(OpCodes.Ldloc, sum);
                Address(_at, v);
                il.Emit(OpCodes.Call, s_store);
            });
            il.Emit(OpCodes.Ret);
        }

        private static LocalBuilder[] Locals(ILGenerator il, int count, Type type) =>
            Enumerable.Range(0, count).Select(_ => il.DeclareLocal(type)).ToArray();

        /// <summary>Emits the body for each accumulator, with <see cref="_at"/> at its row.</summary>
        private void EachRow(int pointer, int rowStride, int segmentStride, Action<LocalBuilder, int> body)
        {
            il.Emit(OpCodes.Ldarg, pointer);
            il.Emit(OpCodes.Stloc, _segment);
            for (int s = 0; s < segments; s++)
            {
                il.Emit(OpCodes.Ldloc, _segment);
                il.Emit(OpCodes.Stloc, _at);
                for (int i = 0; i < length; i++)
                {
                    for (int v = 0; v < vectors; v++)
                    {
                        body(_sums[(s * length + i) * vectors + v], v);
                    }

                    Advance(_at, rowStride);
                }

                Advance(_segment, segmentStride);
            }
        }

        private void OneDepth()
        {
            for (int v = 0; v < vectors; v++)
            {
                il.Emit(OpCodes.Ldarg, B);
                Add(v * Lanes * SizeOf);
                il.Emit(OpCodes.Call, s_load);
                il.Emit(OpCodes.Stloc, _b[v]);
            }

            il.Emit(OpCodes.Ldarg, A);
            il.Emit(OpCodes.Ldarg, Offsets);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, _segment);
            for (int s = 0; s < segments; s++)
            {
                for (int i = 0; i < length; i++)
                {
                    Products(s * length + i, i * step);
                }

                if (s + 1 < segments)
                {
                    Advance(_segment, ASegment);
                }
            }

            il.Emit(OpCodes.Ldarg, Ahead);
            CacheLines.EmitPrefetch(il);
            il.Emit(OpCodes.Ldarg, Ahead);
            il.Emit(OpCodes.Ldarg, AheadStep);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Starg, Ahead);
            Increment(Offsets, sizeof(long));
            Increment(B, vectors * Lanes * SizeOf);
            Increment(Depth, -1);
        }

        private void Products(int row, int offset)
        {
            il.Emit(OpCodes.Ldloc, _segment);
            Add(offset);
            il.Emit(typeof(T) == typeof(float) ? OpCodes.Ldind_R4 : OpCodes.Ldind_R8);
            il.Emit(OpCodes.Call, s_broadcast);
            il.Emit(OpCodes.Stloc, _element);
            for (int v = 0; v < vectors; v++)
            {
                LocalBuilder sum = _sums[row * vectors + v];
                il.Emit(OpCodes.Ldloc, _element);
                il.Emit(OpCodes.Ldloc, _b[v]);
                il.Emit(OpCodes.Ldloc, sum);
                il.Emit(OpCodes.Call, s_fma);
                il.Emit(OpCodes.Stloc, sum);
            }
        }

        private void Address(LocalBuilder pointer, int vector)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            Add(vector * Lanes * SizeOf);
        }

        private void Advance(LocalBuilder pointer, int stride)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            il.Emit(OpCodes.Ldarg, stride);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, pointer);
        }

        private void Increment(int argument, int by)
        {
            il.Emit(OpCodes.Ldarg, argument);
            il.Emit(OpCodes.Ldc_I4, by);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Starg, argument);
        }

        private void Add(int bytes)
        {
            if (bytes != 0)
            {
                il.Emit(OpCodes.Ldc_I4, bytes);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Add);
            }
        }
    }
}
