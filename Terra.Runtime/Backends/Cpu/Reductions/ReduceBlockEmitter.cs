using System.Collections.Concurrent;
using System.Reflection.Emit;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Code that reduces a block of values to one: value i goes to accumulator i mod L, and accumulators are folded in halves.</summary>
/// <param name="closure">Not used.</param>
/// <param name="data">The values; L to a row.</param>
/// <param name="rows">Whole rows.</param>
/// <param name="rest">One row more, filled up with the operation's identity, or null.</param>
/// <param name="result">Where the result goes.</param>
internal unsafe delegate void ReduceBlockCode(object? closure, byte* data, long rows, byte* rest, byte* result);

/// <summary>
/// Emits <see cref="ReduceBlockCode"/>: the accumulators stay in registers from the first value to the result. Rows are read in plain sequence, which processors foresee better than
/// they obey hints, and nothing waits between blocks, so that the next block's values are under way while this one's accumulators are folded.
/// </summary>
internal static class ReduceBlockEmitter
{
    /// <summary>Bytes of a row, and of all accumulators.</summary>
    public const int RowBytes = 256;

    private static readonly ConcurrentDictionary<(ReduceOp Op, DType DType, bool Squares, int Bits), ReduceBlockCode> s_cache = new();

    /// <summary>The code for an operation; with <paramref name="squares"/> it reduces the values' squares.</summary>
    public static ReduceBlockCode Get(ReduceOp op, DType dtype, bool squares, VectorApi api) =>
        s_cache.GetOrAdd((op, dtype, squares, api.Bits), static (key, api) => Emit(key.Op, key.DType, key.Squares, api), api);

    private static unsafe ReduceBlockCode Emit(ReduceOp op, DType dtype, bool squares, VectorApi api)
    {
        var method = new DynamicMethod(
            "TerraReduceBlock", typeof(void), [typeof(object), typeof(byte*), typeof(long), typeof(byte*), typeof(byte*)],
            typeof(ReduceBlockEmitter).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        Type lane = LaneModel.LaneType(dtype);
        LocalBuilder[] accumulators = Enumerable.Range(0, RowBytes * 8 / api.Bits).Select(_ => il.DeclareLocal(api.Of(lane))).ToArray();
        PushIdentity(il, op, dtype);
        il.Emit(OpCodes.Call, api.Method("Create", lane, lane));
        foreach (LocalBuilder accumulator in accumulators)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Stloc, accumulator);
        }

        il.Emit(OpCodes.Pop);
        EmitRows(il, op, lane, squares, api, accumulators);
        EmitFold(il, op, lane, api, accumulators, lanes: 16 / dtype.SizeInBytes());
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<ReduceBlockCode>(null);
    }

    /// <summary>while (rows > 0) { take a row; } if (rest is not null) { take it; }</summary>
    private static void EmitRows(ILGenerator il, ReduceOp op, Type lane, bool squares, VectorApi api, LocalBuilder[] accumulators)
    {
        Label body = il.DefineLabel(), test = il.DefineLabel(), done = il.DefineLabel();
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(body);
        EmitRow(il, op, lane, squares, api, accumulators, argument: 1);
        Step(il, argument: 1, RowBytes, OpCodes.Conv_I, OpCodes.Add);
        Step(il, argument: 2, 1, OpCodes.Conv_I8, OpCodes.Sub);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Bgt, body);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Brfalse, done);
        EmitRow(il, op, lane, squares, api, accumulators, argument: 3);
        il.MarkLabel(done);
    }

    private static void EmitRow(ILGenerator il, ReduceOp op, Type lane, bool squares, VectorApi api, LocalBuilder[] accumulators, int argument)
    {
        for (int i = 0; i < accumulators.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, accumulators[i]);
            il.Emit(OpCodes.Ldarg, argument);
            il.Emit(OpCodes.Ldc_I4, i * api.Bits / 8);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Unaligned, (byte)1);
            il.Emit(OpCodes.Ldobj, api.Of(lane));
            if (squares)
            {
                il.Emit(OpCodes.Dup);
                il.Emit(OpCodes.Call, api.Method(ReduceOp.Prod.VectorMethod(), lane, 2));
            }

            il.Emit(OpCodes.Call, api.Method(op.VectorMethod(), lane, 2));
            il.Emit(OpCodes.Stloc, accumulators[i]);
        }
    }

    /// <summary>Upper halves onto lower halves: of the accumulators, of their vectors, and of the lanes of the last one (128 bits).</summary>
    private static void EmitFold(ILGenerator il, ReduceOp op, Type lane, VectorApi api, LocalBuilder[] accumulators, int lanes)
    {
        for (int half = accumulators.Length / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                il.Emit(OpCodes.Ldloc, accumulators[i]);
                il.Emit(OpCodes.Ldloc, accumulators[i + half]);
                il.Emit(OpCodes.Call, api.Method(op.VectorMethod(), lane, 2));
                il.Emit(OpCodes.Stloc, accumulators[i]);
            }
        }

        LocalBuilder value = accumulators[0];
        for (VectorApi wide = api; wide.Bits > 128;)
        {
            VectorApi narrow = VectorApi.OfBits(wide.Bits / 2);
            foreach (string half in (string[])["GetLower", "GetUpper"])
            {
                il.Emit(OpCodes.Ldloc, value);
                il.Emit(OpCodes.Call, wide.Method(half, lane, 1));
            }

            value = il.DeclareLocal(narrow.Of(lane));
            il.Emit(OpCodes.Call, narrow.Method(op.VectorMethod(), lane, 2));
            il.Emit(OpCodes.Stloc, value);
            wide = narrow;
        }

        il.Emit(OpCodes.Ldarg, 4);
        PushLanes(il, op, lane, value, first: 0, step: 1, lanes);
        il.Emit(OpCodes.Call, VectorApi.V128.Method("ToScalar", lane, 1));
        il.Emit(OpCodes.Stobj, lane);
    }

    /// <summary>Lanes first, first + step, ... (count of them) folded in halves, in the first lane of a vector of which the others do not matter.</summary>
    private static void PushLanes(ILGenerator il, ReduceOp op, Type lane, LocalBuilder value, int first, int step, int count)
    {
        VectorApi api = VectorApi.V128;
        if (count > 1)
        {
            // Halves folded onto each other in turn end with even lanes against odd ones.
            PushLanes(il, op, lane, value, first, step * 2, count / 2);
            PushLanes(il, op, lane, value, first + step, step * 2, count / 2);
            il.Emit(OpCodes.Call, api.Method(op.VectorMethod(), lane, 2));
            return;
        }

        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldc_I4, first);
        il.Emit(OpCodes.Call, api.Method("GetElement", lane, api.Of(lane), typeof(int)));
        il.Emit(OpCodes.Call, api.Method("CreateScalarUnsafe", lane, lane));
    }

    private static void Step(ILGenerator il, int argument, int by, OpCode convert, OpCode operation)
    {
        il.Emit(OpCodes.Ldarg, argument);
        il.Emit(OpCodes.Ldc_I4, by);
        il.Emit(convert);
        il.Emit(operation);
        il.Emit(OpCodes.Starg, argument);
    }

    private static void PushIdentity(ILGenerator il, ReduceOp op, DType dtype)
    {
        long bits = op.Identity(dtype);
        switch (dtype)
        {
            case DType.Float32:
                il.Emit(OpCodes.Ldc_R4, BitConverter.Int32BitsToSingle((int)bits));
                break;
            case DType.Float64:
                il.Emit(OpCodes.Ldc_R8, BitConverter.Int64BitsToDouble(bits));
                break;
            case DType.Int64:
                il.Emit(OpCodes.Ldc_I8, bits);
                break;
            default:
                il.Emit(OpCodes.Ldc_I4, (int)bits);
                break;
        }
    }
}
