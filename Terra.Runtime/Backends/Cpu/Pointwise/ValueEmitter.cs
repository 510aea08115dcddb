using System.Reflection.Emit;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Emits the values of IR nodes as vectors in locals, by the <see cref="LaneModel"/>. This part owns locals, masks, loads and stores;
/// the other parts hold operations and conversions.
/// </summary>
internal sealed partial class ValueEmitter(ILGenerator il, LaneModel lanes, bool isStreaming = false)
{
    private readonly Dictionary<IrNode, LocalBuilder> _locals = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(IrNode Node, int Size), LocalBuilder> _resizedMasks = [];
    private readonly Dictionary<IrNode, int> _maskSizes = new(ReferenceEqualityComparer.Instance);

    /// <summary>A vector of consecutive elements from memory.</summary>
    public void Load(IrNode node, Action address)
    {
        address();
        int size = node.DType.SizeInBytes();
        Type lane = LaneModel.LaneType(node.DType);
        if (lanes.MaskSize == 1)
        {
            LoadBits(lanes.Lanes, typeof(byte));
            NotZeroMask(typeof(byte), lanes.Api(1));
            KeepMask(node, 1);
            return;
        }

        if (size == LaneModel.LaneSize(node.DType))
        {
            LoadBits(lanes.Lanes * size, lane);
        }
        else
        {
            Type narrow = size == 2 ? typeof(short) : node.DType == DType.Int8 ? typeof(sbyte) : typeof(byte);
            LoadBits(lanes.Lanes * size, narrow);
            Widen(narrow, lanes.Lanes * size);
        }

        if (node.DType == DType.Bool)
        {
            NotZeroMask(typeof(int), lanes.Api(4));
            _maskSizes[node] = 4;
        }

        Keep(node);
    }

    /// <summary>One element from memory, in all lanes.</summary>
    public void LoadSingle(IrNode node, Action address)
    {
        address();
        il.Emit(node.DType switch
        {
            DType.Float32 => OpCodes.Ldind_R4,
            DType.Float64 => OpCodes.Ldind_R8,
            DType.Int64 => OpCodes.Ldind_I8,
            DType.Int32 => OpCodes.Ldind_I4,
            DType.Int16 => OpCodes.Ldind_I2,
            DType.Int8 => OpCodes.Ldind_I1,
            _ => OpCodes.Ldind_U1,
        });
        Spread(node);
    }

    /// <summary>A scalar slot, in all lanes.</summary>
    public void LoadScalar(IrNode node, Action address)
    {
        address();
        il.Emit(node.DType switch
        {
            DType.Float32 => OpCodes.Ldind_R4,
            DType.Float64 => OpCodes.Ldind_R8,
            DType.Int64 => OpCodes.Ldind_I8,
            _ => OpCodes.Ldind_I4,
        });
        Spread(node);
    }

    /// <summary>Consecutive integers from the one that <paramref name="first"/> pushes.</summary>
    public void LinearIndex(IrNode node, Action first)
    {
        VectorApi api = lanes.Api(8);
        first();
        il.Emit(OpCodes.Call, api.Method("Create", typeof(long), typeof(long)));
        il.Emit(OpCodes.Call, api.Property("Indices", typeof(long)));
        il.Emit(OpCodes.Call, api.Method("Add", typeof(long), 2));
        Keep(node);
    }

    /// <summary>Writes the lanes of a value to consecutive elements.</summary>
    public void Store(IrNode node, Action address)
    {
        address();
        int size = node.DType.SizeInBytes();
        if (node.DType == DType.Bool)
        {
            PushMask(node, lanes.MaskSize);
            PushInt(1, lanes.MaskSize);
            Call("BitwiseAnd", LaneModel.MaskType(lanes.MaskSize), lanes.MaskSize, 2);
            if (lanes.MaskSize == 1)
            {
                StoreBits(lanes.Lanes, typeof(byte));
                return;
            }
        }
        else
        {
            Push(node);
        }

        Type lane = LaneModel.LaneType(node.DType);
        if (size == LaneModel.LaneSize(node.DType))
        {
            StoreBits(lanes.Lanes * size, lane);
        }
        else
        {
            NarrowTo(size);
            StoreBits(lanes.Lanes * size, size == 2 ? typeof(short) : typeof(sbyte));
        }
    }

    /// <summary>Pushes a value; of Bool, as it is kept.</summary>
    private void Push(IrNode node)
    {
        if (node.IsConst)
        {
            PushConst(node);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, _locals[node]);
        }
    }

    /// <summary>Pushes a Bool value as a mask (all bits or none) with lanes of <paramref name="size"/> bytes.</summary>
    private void PushMask(IrNode node, int size)
    {
        if (node.IsConst)
        {
            PushInt(node.Argument != 0 ? -1 : 0, size);
            return;
        }

        if (_maskSizes[node] == size)
        {
            il.Emit(OpCodes.Ldloc, _locals[node]);
            return;
        }

        if (!_resizedMasks.TryGetValue((node, size), out LocalBuilder? local))
        {
            il.Emit(OpCodes.Ldloc, _locals[node]);
            if (size == 8)
            {
                WidenToWide();
            }
            else
            {
                NarrowToHalf(typeof(long));
            }

            local = il.DeclareLocal(lanes.Api(size).Of(size == 8 ? typeof(long) : typeof(int)));
            il.Emit(OpCodes.Stloc, local);
            _resizedMasks.Add((node, size), local);
        }

        il.Emit(OpCodes.Ldloc, local);
    }

    private void PushConst(IrNode node)
    {
        VectorApi api = lanes.Api(LaneModel.LaneSize(node.DType));
        Type lane = LaneModel.LaneType(node.DType);
        switch (node.DType)
        {
            case DType.Float32:
                il.Emit(OpCodes.Ldc_R4, IrConstant.ToSingle(node.Argument));
                break;
            case DType.Float64:
                il.Emit(OpCodes.Ldc_R8, BitConverter.Int64BitsToDouble(node.Argument));
                break;
            case DType.Int64:
                il.Emit(OpCodes.Ldc_I8, node.Argument);
                break;
            case DType.Bool:
                il.Emit(OpCodes.Ldc_I4, node.Argument != 0 ? -1 : 0);
                break;
            default:
                il.Emit(OpCodes.Ldc_I4, (int)node.Argument);
                break;
        }

        il.Emit(OpCodes.Call, api.Method("Create", lane, lane));
    }

    /// <summary>Pushes an integer in all lanes of a size.</summary>
    private void PushInt(int value, int size)
    {
        Type lane = LaneModel.MaskType(size);
        il.Emit(OpCodes.Ldc_I4, value);
        if (size == 8)
        {
            il.Emit(OpCodes.Conv_I8);
        }
        else if (size == 1)
        {
            il.Emit(OpCodes.Conv_U1);
        }

        il.Emit(OpCodes.Call, lanes.Api(size).Method("Create", lane, lane));
    }

    /// <summary>The scalar on the stack, in all lanes, becomes the node's value.</summary>
    private void Spread(IrNode node)
    {
        Type lane = LaneModel.LaneType(node.DType);
        if (node.DType == DType.Bool)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Cgt_Un);
            il.Emit(OpCodes.Neg);
            Type mask = LaneModel.MaskType(lanes.MaskSize);
            il.Emit(OpCodes.Call, lanes.Api(lanes.MaskSize).Method("Create", mask, mask));
            KeepMask(node, lanes.MaskSize);
            return;
        }

        il.Emit(OpCodes.Call, lanes.Api(LaneModel.LaneSize(node.DType)).Method("Create", lane, lane));
        Keep(node);
    }

    private void KeepMask(IrNode node, int size)
    {
        _maskSizes[node] = size;
        LocalBuilder local = il.DeclareLocal(lanes.Api(size).Of(LaneModel.MaskType(size)));
        il.Emit(OpCodes.Stloc, local);
        _locals.Add(node, local);
    }

    private void Keep(IrNode node)
    {
        LocalBuilder local = il.DeclareLocal(lanes.Api(LaneModel.LaneSize(node.DType)).Of(LaneModel.LaneType(node.DType)));
        il.Emit(OpCodes.Stloc, local);
        _locals.Add(node, local);
    }

    /// <summary>The address on the stack becomes a vector with <paramref name="bytes"/> bytes from there (the rest zero, from 128 bits on).</summary>
    private void LoadBits(int bytes, Type element)
    {
        VectorApi api = VectorApi.OfBits(Math.Max(128, bytes * 8));
        if (bytes >= 16)
        {
            il.Emit(OpCodes.Unaligned, (byte)1);
            il.Emit(OpCodes.Ldobj, api.Of(element));
            return;
        }

        Type integer = IntegerOf(bytes);
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Ldobj, integer);
        il.Emit(OpCodes.Call, api.Method("CreateScalar", integer, integer));
        if (integer != element)
        {
            il.Emit(OpCodes.Call, api.As(integer, element));
        }
    }

    /// <summary>Stores the low <paramref name="bytes"/> of the vector on the stack to the address below it.</summary>
    private void StoreBits(int bytes, Type element)
    {
        VectorApi api = VectorApi.OfBits(Math.Max(128, bytes * 8));
        if (bytes >= 16 && isStreaming)
        {
            EmitStreamingStore(api, element);
            return;
        }

        if (bytes >= 16)
        {
            il.Emit(OpCodes.Unaligned, (byte)1);
            il.Emit(OpCodes.Stobj, api.Of(element));
            return;
        }

        Type integer = IntegerOf(bytes);
        if (integer != element)
        {
            il.Emit(OpCodes.Call, api.As(element, integer));
        }

        il.Emit(OpCodes.Call, api.Method("ToScalar", integer, api.Of(integer)));
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Stobj, integer);
    }

    /// <summary>The address lies below the vector on the stack; the method takes them the other way round.</summary>
    private void EmitStreamingStore(VectorApi api, Type element)
    {
        LocalBuilder value = il.DeclareLocal(api.Of(element)), address = il.DeclareLocal(element.MakePointerType());
        il.Emit(OpCodes.Stloc, value);
        il.Emit(OpCodes.Stloc, address);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Call, api.Method("StoreAlignedNonTemporal", element, api.Of(element), element.MakePointerType()));
    }

    private static Type IntegerOf(int bytes) => bytes switch
    {
        8 => typeof(long),
        4 => typeof(int),
        _ => typeof(short),
    };

    private void Call(string name, Type lane, int size, int vectors) =>
        il.Emit(OpCodes.Call, lanes.Api(size).Method(name, lane, vectors));
}
