using System.Collections.Concurrent;
using System.Reflection.Emit;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Code that reduces blocks of values to one result each: value i of a block goes to accumulator i mod L, and accumulators are folded in halves. A block is some rows of L values
/// and, if a mask is given, a row more of which some lanes are no values of it.
/// </summary>
/// <param name="closure">Not used.</param>
/// <param name="data">The first block.</param>
/// <param name="rows">Whole rows of a block.</param>
/// <param name="rest">The first block's last row; memory is read up to its end.</param>
/// <param name="mask">For each lane of that row, all bits if it is a value of the block, else none; or null.</param>
/// <param name="step">Bytes to the next block and its last row.</param>
/// <param name="results">The results, side by side.</param>
/// <param name="blocks">At least one.</param>
internal unsafe delegate void ReduceBlocksCode(
    object? closure, byte* data, long rows, byte* rest, byte* mask, long step, byte* results, long blocks);

/// <summary>
/// Emits <see cref="ReduceBlocksCode"/>: the accumulators stay in registers from the first value to the result. Rows are read in plain sequence, which processors foresee better than
/// they obey hints, and nothing waits between blocks, so that the next block's values are under way while this one's accumulators are folded.
/// </summary>
internal static class ReduceBlockEmitter
{
    /// <summary>Bytes of a row, and of all accumulators.</summary>
    public const int RowBytes = 256;

    private const int Data = 1, Rows = 2, Rest = 3, Mask = 4, Step = 5, Results = 6, Blocks = 7;

    private static readonly ConcurrentDictionary<(ReduceOp Op, DType DType, bool Squares, int Bits), ReduceBlocksCode> s_cache = new();

    /// <summary>The code for an operation; with <paramref name="squares"/> it reduces the values' squares.</summary>
    public static ReduceBlocksCode Get(ReduceOp op, DType dtype, bool squares, VectorApi api) =>
        s_cache.GetOrAdd((op, dtype, squares, api.Bits), static (key, api) => Emit(key.Op, key.DType, key.Squares, api), api);

    private static unsafe ReduceBlocksCode Emit(ReduceOp op, DType dtype, bool squares, VectorApi api)
    {
        Type[] parameters = [typeof(object), typeof(byte*), typeof(long), typeof(byte*), typeof(byte*), typeof(long), typeof(byte*), typeof(long)];
        var method = new DynamicMethod("TerraReduceBlocks", typeof(void), parameters, typeof(ReduceBlockEmitter).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        Type lane = LaneModel.LaneType(dtype);
        LocalBuilder[] accumulators = Enumerable.Range(0, RowBytes * 8 / api.Bits).Select(_ => il.DeclareLocal(api.Of(lane))).ToArray();
        LocalBuilder identity = il.DeclareLocal(api.Of(lane));
        Label block = il.DefineLabel();
        PushIdentity(il, op, dtype);
        il.Emit(OpCodes.Call, api.Method("Create", lane, lane));
        il.Emit(OpCodes.Stloc, identity);
        il.MarkLabel(block);
        foreach (LocalBuilder accumulator in accumulators)
        {
            il.Emit(OpCodes.Ldloc, identity);
            il.Emit(OpCodes.Stloc, accumulator);
        }

        EmitRows(il, op, lane, squares, api, accumulators, identity);
        EmitFold(il, op, lane, api, accumulators, lanes: 16 / dtype.SizeInBytes());
        EmitNextBlock(il, dtype.SizeInBytes(), block);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<ReduceBlocksCode>(null);
    }

    /// <summary>while (rows are left) { take one; } if (mask is not null) { take the last one; }</summary>
    private static void EmitRows(
        ILGenerator il, ReduceOp op, Type lane, bool squares, VectorApi api, LocalBuilder[] accumulators, LocalBuilder identity)
    {
        LocalBuilder data = il.DeclareLocal(typeof(byte*)), row = il.DeclareLocal(typeof(long));
        Label body = il.DefineLabel(), test = il.DefineLabel(), done = il.DefineLabel();
        il.Emit(OpCodes.Ldarg, Data);
        il.Emit(OpCodes.Stloc, data);
        il.Emit(OpCodes.Ldarg, Rows);
        il.Emit(OpCodes.Stloc, row);
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(body);
        EmitRow(il, op, lane, squares, api, accumulators, () => il.Emit(OpCodes.Ldloc, data));
        il.Emit(OpCodes.Ldloc, data);
        il.Emit(OpCodes.Ldc_I4, RowBytes);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, data);
        il.Emit(OpCodes.Ldloc, row);
        PushLong(il, 1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, row);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, row);
        PushLong(il, 0);
        il.Emit(OpCodes.Bgt, body);
        il.Emit(OpCodes.Ldarg, Mask);
        il.Emit(OpCodes.Brfalse, done);
        EmitRow(il, op, lane, squares, api, accumulators, () => il.Emit(OpCodes.Ldarg, Rest), identity);
        il.MarkLabel(done);
    }

    /// <summary>Takes a row into the accumulators; with <paramref name="identity"/>, that in lanes that are no values.</summary>
    private static void EmitRow(
        ILGenerator il, ReduceOp op, Type lane, bool squares, VectorApi api, LocalBuilder[] accumulators, Action row, LocalBuilder? identity = null)
    {
        for (int i = 0; i < accumulators.Length; i++)
        {
            int offset = i * api.Bits / 8;
            il.Emit(OpCodes.Ldloc, accumulators[i]);
            if (identity is not null)
            {
                Load(il, () => il.Emit(OpCodes.Ldarg, Mask), offset, api.Of(lane));
            }

            Load(il, row, offset, api.Of(lane));
            if (squares)
            {
                il.Emit(OpCodes.Dup);
                il.Emit(OpCodes.Call, api.Method(ReduceOp.Prod.VectorMethod(), lane, 2));
            }

            if (identity is not null)
            {
                il.Emit(OpCodes.Ldloc, identity);
                il.Emit(OpCodes.Call, api.Method("ConditionalSelect", lane, 3));
            }

            il.Emit(OpCodes.Call, api.Method(op.VectorMethod(), lane, 2));
            il.Emit(OpCodes.Stloc, accumulators[i]);
        }
    }

    private static void Load(ILGenerator il, Action pointer, int offset, Type type)
    {
        pointer();
        il.Emit(OpCodes.Ldc_I4, offset);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Ldobj, type);
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

        il.Emit(OpCodes.Ldarg, Results);
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

    /// <summary>Goes on to the next block, if there is one.</summary>
    private static void EmitNextBlock(ILGenerator il, int size, Label block)
    {
        Advance(il, Data, () => il.Emit(OpCodes.Ldarg, Step));
        Advance(il, Rest, () => il.Emit(OpCodes.Ldarg, Step));
        Advance(il, Results, () => PushLong(il, size));
        il.Emit(OpCodes.Ldarg, Blocks);
        PushLong(il, 1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Starg, Blocks);
        il.Emit(OpCodes.Ldarg, Blocks);
        PushLong(il, 0);
        il.Emit(OpCodes.Bgt, block);
    }

    private static void Advance(ILGenerator il, int pointer, Action bytes)
    {
        il.Emit(OpCodes.Ldarg, pointer);
        bytes();
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Starg, pointer);
    }

    private static void PushLong(ILGenerator il, int value)
    {
        il.Emit(OpCodes.Ldc_I4, value);
        il.Emit(OpCodes.Conv_I8);
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
