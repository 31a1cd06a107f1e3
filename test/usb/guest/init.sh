#!/bin/sh
# Second program of the guest, on the host's own user space: modules, udev, then the agent that does what tests ask.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs -o mode=755 run /run
mkdir -p /dev/pts /dev/shm /run/lock /run/udev
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
hostname guest
ip link set lo up 2>/dev/null || busybox ip link set lo up
for word in $(cat /proc/cmdline); do
  case $word in
    tallydock.node=*) node=${word#tallydock.node=} ;;
    tallydock.agent=*) agent=${word#tallydock.agent=} ;;
  esac
done
modprobe -a xhci_pci usb_storage uas sd_mod sg fuse loop ext4 vfat exfat nls_utf8 nls_cp437 nls_ascii nls_iso8859_1 dm_crypt
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --type=subsystems
udevadm trigger --action=add --type=devices
udevadm settle -t 30
echo "guest: up"
"$node" "$agent"
echo "guest: the agent ended"
sync
echo o > /proc/sysrq-trigger
sleep 60
