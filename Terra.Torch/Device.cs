using System.Globalization;

namespace TorchSharp;

/// <summary>Kinds of devices, numbered as c10::DeviceType.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public static partial class torch
{
    /// <summary>The CPU, where every tensor of this engine lives.</summary>
    public static readonly Device CPU = new(DeviceType.CPU, -1);

    private static Device s_defaultDevice = CPU;

    /// <summary>The first CUDA device; tensors cannot be created on it (see <see cref="cuda.is_available"/>).</summary>
    public static Device CUDA => new(DeviceType.CUDA, -1);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    /// <summary>The device tensors are created on where none is given.</summary>
    public static Device get_default_device() => s_defaultDevice;

    /// <exception cref="NotSupportedException">The device is not the CPU.</exception>
    public static void set_default_device(Device device)
    {
        RequireCpu(device);
        s_defaultDevice = device;
    }

    /// <inheritdoc cref="set_default_device(Device)"/>
    public static void set_default_device(string device) => set_default_device(new Device(device));

    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>Readies a device and returns it; the default device for null.</summary>
    /// <exception cref="NotSupportedException">The device is not the CPU.</exception>
    public static Device InitializeDevice(Device? device)
    {
        RequireCpu(device);
        return device ?? s_defaultDevice;
    }

    /// <exception cref="NotSupportedException">The device type is not the CPU.</exception>
    public static void InitializeDeviceType(DeviceType deviceType) => RequireCpu(new Device(deviceType));

    /// <summary>Whether tensors can be created on this type of device.</summary>
    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType == DeviceType.CPU;

    internal static void RequireCpu(Device? device)
    {
        if (device is not null && device.type != DeviceType.CPU)
        {
            throw new NotSupportedException(
                $"device '{device}' is not available: Terra computes on the CPU; check torch.cuda.is_available() and use torch.CPU");
        }
    }

    /// <summary>Where a tensor lives: a kind of device and, if there are several, a number. Immutable.</summary>
    public class Device
    {
        /// <summary>Parses <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
        /// <exception cref="ArgumentException">The text names no known device.</exception>
        public Device(string description)
        {
            int colon = description.IndexOf(':', StringComparison.Ordinal);
            type = ParseType(colon < 0 ? description : description[..colon]);
            index = colon < 0
                ? -1
                : int.TryParse(description.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    ? number
                    : throw new ArgumentException($"'{description}' is not a device: expected a number after ':'", nameof(description));
        }

        public Device(string deviceType, int index = -1)
        {
            type = ParseType(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        /// <summary>The CUDA device of that number.</summary>
        public Device(int index)
        {
            type = DeviceType.CUDA;
            this.index = index;
        }

        public DeviceType type { get; }

        /// <summary>The number among devices of this type, or -1 for the current one.</summary>
        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        /// <summary>The device as its constructor reads it, e.g. <c>cuda:1</c>.</summary>
        public override string ToString()
        {
            string name = type == DeviceType.CPU ? "cpu" : "cuda";
            return index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{index}");
        }

        private static DeviceType ParseType(string name) => name.ToLowerInvariant() switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            _ => throw new ArgumentException($"'{name}' is not a device type: expected 'cpu' or 'cuda'"),
        };
    }

    /// <summary>Questions about CUDA devices; this engine has none.</summary>
    public static class cuda
    {
        public static bool is_available() => false;

        public static bool is_cudnn_available() => false;

        public static int device_count() => 0;

        /// <summary>Seeds the current CUDA device, of which there is none: no effect, as in PyTorch without CUDA.</summary>
        public static void manual_seed(long seed)
        {
        }

        /// <inheritdoc cref="manual_seed"/>
        public static void manual_seed_all(long seed)
        {
        }
    }
}
