using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Conversions of whole modules that return the module in its own type.</summary>
public static class ModuleExtensionMethods
{
    /// <summary>Converts all floating-point parameters and buffers.</summary>
    /// <exception cref="ArgumentException">The dtype is not a floating-point one.</exception>
    public static T to<T>(this T module, ScalarType type, bool non_blocking = false)
        where T : nn.Module
    {
        module.To(type, null, non_blocking);
        return module;
    }

    /// <summary>Moves all parameters and buffers to a device.</summary>
    public static T to<T>(this T module, Device device, bool non_blocking = false)
        where T : nn.Module
    {
        module.To(null, device, non_blocking);
        return module;
    }

    /// <summary>Moves all parameters and buffers to a device and converts the floating-point ones.</summary>
    /// <exception cref="ArgumentException">The dtype is not a floating-point one.</exception>
    public static T to<T>(this T module, Device device, ScalarType type, bool non_blocking = false)
        where T : nn.Module
    {
        module.To(type, device, non_blocking);
        return module;
    }

    /// <summary>Moves all parameters and buffers to a device given by name, such as "cpu".</summary>
    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : nn.Module => module.to(new Device(device), non_blocking);

    /// <summary>Moves all parameters and buffers to a device given by its kind and number.</summary>
    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : nn.Module => module.to(new Device(deviceType, deviceIndex), non_blocking);

    /// <summary>Moves all parameters and buffers to a CUDA device.</summary>
    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : nn.Module => module.to(DeviceType.CUDA, deviceIndex, non_blocking);

    /// <summary>Moves all parameters and buffers to the device of a tensor, and converts the floating-point ones to its dtype.</summary>
    public static T to<T>(this T module, Tensor other, bool non_blocking = false)
        where T : nn.Module => module.to(other.device, other.dtype, non_blocking);

    /// <summary>Moves all parameters and buffers to the CPU.</summary>
    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(CPU, non_blocking);

    /// <summary>Converts all floating-point parameters and buffers to float32.</summary>
    public static T @float<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.Float32, non_blocking);

    /// <summary>Converts all floating-point parameters and buffers to float16.</summary>
    public static T half<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.Float16, non_blocking);

    /// <summary>Converts all floating-point parameters and buffers to bfloat16.</summary>
    public static T bfloat16<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.BFloat16, non_blocking);

    /// <summary>Converts all floating-point parameters and buffers to float64.</summary>
    public static T @double<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.Float64, non_blocking);
}
